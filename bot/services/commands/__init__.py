"""What people can type. The table of commands is in `table`, what a line of it consists of in `command`; the modules
beside answer, one for each topic. Who may ask for what, and in which order that is looked at, is in answer_commands."""

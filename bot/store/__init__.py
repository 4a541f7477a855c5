"""The database. SQLAlchemy lives here and nowhere else. Functions take a session and never commit."""

// Times in the zone and language of the person who reads, as Slack's clients show them.
const FORMATS: Record<string, Intl.DateTimeFormatOptions> = {
  "{date_num}": { year: "numeric", month: "2-digit", day: "2-digit" },
  "{date}": { year: "numeric", month: "long", day: "numeric" },
  "{date_short}": { year: "numeric", month: "short", day: "numeric" },
  "{date_long}": { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  "{time}": { hour: "numeric", minute: "2-digit" },
  "{time_secs}": { hour: "numeric", minute: "2-digit", second: "2-digit" },
};
const PRETTY = new Set(["{date_pretty}", "{date_short_pretty}", "{date_long_pretty}"]);

export function timeOfDay(seconds: number, zone = "UTC", locale?: string): string {
  return format(seconds, { hour: "numeric", minute: "2-digit" }, zone, locale);
}

/** A `<!date^…>` of Slack: `pattern` holds its tokens. */
export function slackDate(seconds: number, pattern: string, zone: string, locale: string): string {
  return pattern.replace(/\{\w+\}/g, (token) => {
    if (PRETTY.has(token)) return pretty(seconds, zone, locale) ?? slackDate(seconds, token.replace("_pretty", ""), zone, locale);
    const options = FORMATS[token];
    return options ? format(seconds, options, zone, locale) : token;
  });
}

/** A moment as `datetime-local` inputs write it, in a zone. */
export function wallTime(seconds: number, zone: string): string {
  const options: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const text = new Intl.DateTimeFormat("sv-SE", { ...options, timeZone: zone }).format(seconds * 1000);
  return text.replace(" ", "T");
}

export function fromWallTime(text: string, zone: string): number {
  const asUtc = Date.parse(`${text}Z`) / 1000;
  const offset = Date.parse(`${wallTime(asUtc, zone)}Z`) / 1000 - asUtc;
  return asUtc - offset;
}

function pretty(seconds: number, zone: string, locale: string): string | null {
  const days = dayNumber(seconds, zone) - dayNumber(Date.now() / 1000, zone);
  if (Math.abs(days) > 1) return null;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

function dayNumber(seconds: number, zone: string): number {
  const [year, month, day] = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(seconds * 1000).split("-").map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day) / 86_400_000;
}

function format(seconds: number, options: Intl.DateTimeFormatOptions, zone: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).format(seconds * 1000);
}

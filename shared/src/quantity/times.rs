//! Words for lengths of time.
//!
//! Azure writes prices in the language that was asked for, and price sheets in the language of the contract.

use super::sizes;
use super::thing::Clock;
use crate::letters;

/// A length of time, its name in singular and plural, and its spellings in lower case.
pub(super) struct Time {
    pub(super) clock: Clock,
    pub(super) length: u128,
    pub(super) one: &'static str,
    pub(super) many: &'static str,
    spellings: &'static [&'static str],
}

const TIMES: [Time; 7] = [
    Time {
        clock: Clock::Seconds,
        length: 1,
        one: "Second",
        many: "Seconds",
        spellings: &[
            "second",
            "seconds",
            "sec",
            "secs",
            "s",
            "segundo",
            "segundos",
            "seconde",
            "secondes",
            "seconden",
            "sekunde",
            "sekunden",
            "secondo",
            "secondi",
            "sekund",
            "sekunder",
            "sekunda",
            "sekundy",
            "másodperc",
            "saniye",
            "секунда",
            "секунды",
            "секунд",
            "秒",
            "秒钟",
            "秒鐘",
            "초",
        ],
    },
    Time {
        clock: Clock::Seconds,
        length: 60,
        one: "Minute",
        many: "Minutes",
        spellings: &[
            "minute",
            "minutes",
            "min",
            "mins",
            "minuto",
            "minutos",
            "minuten",
            "minuut",
            "minuti",
            "minut",
            "minuty",
            "minuter",
            "minuta",
            "perc",
            "dakika",
            "минута",
            "минуты",
            "минут",
            "мин",
            "分",
            "分钟",
            "分鐘",
            "分間",
            "분",
        ],
    },
    Time {
        clock: Clock::Seconds,
        length: 3_600,
        one: "Hour",
        many: "Hours",
        spellings: &[
            "hour",
            "hours",
            "hr",
            "hrs",
            "h",
            "hora",
            "horas",
            "heure",
            "heures",
            "stunde",
            "stunden",
            "std",
            "ora",
            "ore",
            "uur",
            "uren",
            "timme",
            "timmar",
            "godzina",
            "godziny",
            "godzin",
            "godz",
            "hodina",
            "hodiny",
            "hodin",
            "óra",
            "saat",
            "час",
            "часа",
            "часов",
            "ч",
            "时",
            "時",
            "小时",
            "小時",
            "時間",
            "시간",
        ],
    },
    Time {
        clock: Clock::Seconds,
        length: 86_400,
        one: "Day",
        many: "Days",
        spellings: &[
            "day", "days", "día", "días", "dia", "dias", "jour", "jours", "tag", "tage", "giorno", "giorni", "dag",
            "dagen", "dagar", "dzień", "dni", "den", "dny", "nap", "gün", "день", "дня", "дней", "日", "天", "일",
        ],
    },
    Time {
        clock: Clock::Seconds,
        length: 604_800,
        one: "Week",
        many: "Weeks",
        spellings: &[
            "week",
            "weeks",
            "semana",
            "semanas",
            "semaine",
            "semaines",
            "woche",
            "wochen",
            "settimana",
            "settimane",
            "weken",
            "vecka",
            "veckor",
            "неделя",
            "недели",
            "недель",
            "週間",
            "周",
            "週",
            "주",
        ],
    },
    Time {
        clock: Clock::Months,
        length: 1,
        one: "Month",
        many: "Months",
        spellings: &[
            "month",
            "months",
            "mo",
            "mos",
            "mth",
            "mths",
            "mes",
            "meses",
            "mês",
            "mois",
            "monat",
            "monate",
            "monats",
            "mese",
            "mesi",
            "maand",
            "maanden",
            "månad",
            "månader",
            "miesiąc",
            "miesiące",
            "miesięcy",
            "měsíc",
            "měsíce",
            "měsíců",
            "hónap",
            "ay",
            "месяц",
            "месяца",
            "месяцев",
            "мес",
            "月",
            "个月",
            "個月",
            "か月",
            "ヶ月",
            "カ月",
            "ヵ月",
            "ケ月",
            "箇月",
            "월",
            "개월",
        ],
    },
    Time {
        clock: Clock::Years,
        length: 1,
        one: "Year",
        many: "Years",
        spellings: &[
            "year", "years", "yr", "yrs", "año", "años", "ano", "anos", "an", "ans", "année", "années", "jahr",
            "jahre", "anno", "anni", "jaar", "år", "rok", "roky", "lata", "let", "év", "yıl", "год", "года", "лет",
            "年", "년",
        ],
    },
];

/// A word for a length of time.
pub(super) fn time(lower: &str) -> Option<&'static Time> {
    TIMES.iter().find(|time| time.spellings.contains(&lower))
}

/// `CallingMinutes`, `GBHours`: where the English name of a time begins inside a word.
pub(super) fn glued_time(word: &str) -> Option<usize> {
    TIMES.iter().flat_map(|time| [time.many, time.one]).find_map(|name| {
        let at = word.len().checked_sub(name.len()).filter(|at| *at > 1)?;
        let (before, after) = (word.get(..at)?, word.get(at..)?);
        let lower = letters::lower(before);
        // `Workdays` is one word; a capital in the middle, or a part that we know, makes it two.
        let two = after.starts_with(|c: char| c.is_ascii_uppercase()) && before.ends_with(|c: char| c.is_lowercase());
        (after.eq_ignore_ascii_case(name) && (two || lower == "calling" || sizes::data(&lower).is_some())).then_some(at)
    })
}

/// `Daily`, `Annual` in front of a thing: per day, per year.
pub(super) fn adverb(lower: &str) -> Option<&'static Time> {
    match lower {
        "hourly" => time("hour"),
        "daily" => time("day"),
        "weekly" => time("week"),
        "monthly" => time("month"),
        "annual" | "annually" | "yearly" => time("year"),
        _ => None,
    }
}

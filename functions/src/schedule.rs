//! When jobs run: one table, which the template in `infra/` repeats and a test compares.
//!
//! Times are UTC. Prices come before usage, so that new usage finds its price; what is published comes after them, and alerts last.

use std::str::FromStr as _;
use std::time::Duration;

use croner::Cron;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::Error;
use crate::job::Job;

/// One schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The job, whose name is the schedule's.
    pub job: Job,
    /// Minute, hour, day of month, month, day of week.
    pub cron: &'static str,
}

/// All schedules, in the order of the day.
pub const SCHEDULES: [Schedule; 6] = [
    Schedule { job: Job::SnapshotRetail, cron: "15 1 * * SUN" },
    Schedule { job: Job::SnapshotRatecard, cron: "15 2 * * *" },
    Schedule { job: Job::SnapshotUsage, cron: "15 3 * * *" },
    Schedule { job: Job::SnapshotInvoices, cron: "15 4 * * *" },
    Schedule { job: Job::Publish, cron: "15 5 * * *" },
    Schedule { job: Job::Alerts, cron: "45 5 * * *" },
];

impl Schedule {
    /// As EventBridge Scheduler writes it: one of the two days is `?`, and the year comes last.
    #[must_use]
    pub fn eventbridge(&self) -> String {
        let fields: Vec<&str> = self.cron.split(' ').collect();
        let [minute, hour, day, month, weekday] = fields[..] else { return String::new() };
        let (day, weekday) = if weekday == "*" { (day, "?") } else { ("?", weekday) };
        format!("cron({minute} {hour} {day} {month} {weekday} *)")
    }

    /// The last time at or before `at`.
    pub fn last(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let zoned = at.to_zoned(TimeZone::UTC);
        self.found(self.pattern()?.find_previous_occurrence(&zoned, true))
    }

    /// The next time after `at`.
    pub fn next(&self, at: Timestamp) -> Result<Timestamp, Error> {
        let zoned = at.to_zoned(TimeZone::UTC);
        self.found(self.pattern()?.find_next_occurrence(&zoned, false))
    }

    fn pattern(&self) -> Result<Cron, Error> {
        Cron::from_str(self.cron).map_err(|error| self.impossible(&error))
    }

    fn found(&self, time: Result<jiff::Zoned, croner::errors::CronError>) -> Result<Timestamp, Error> {
        time.map(|time| time.timestamp()).map_err(|error| self.impossible(&error))
    }

    fn impossible(&self, error: &croner::errors::CronError) -> Error {
        Error::Usage(format!("the schedule of {} at {}: {error}", self.job, self.cron))
    }
}

/// What fell due after `after` and not later than `at`: each schedule once, with its last time, earliest first.
pub fn due(after: Timestamp, at: Timestamp) -> Result<Vec<(Timestamp, Job)>, Error> {
    let mut due = Vec::new();
    for schedule in SCHEDULES {
        let time = schedule.last(at)?;
        if time > after {
            due.push((time, schedule.job));
        }
    }
    due.sort();
    Ok(due)
}

/// When anything falls due next.
pub fn next(after: Timestamp) -> Result<Timestamp, Error> {
    let times = SCHEDULES.iter().map(|schedule| schedule.next(after));
    let times = times.collect::<Result<Vec<_>, _>>()?;
    times.into_iter().min().ok_or_else(|| Error::Usage("there is no schedule".into()))
}

/// Waits are cut: a machine that slept or whose clock was set must notice soon.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// Runs what falls due, for ever. `run` tells nobody of a failure but the log: the next night tries again.
///
/// Clock and sleep are handed in together, because a test that turns one must turn the other.
pub async fn keep(
    now: impl Fn() -> Timestamp,
    sleep: impl AsyncFn(Duration),
    run: impl AsyncFn(Timestamp, Job),
) -> Result<(), Error> {
    let mut done_until = now();
    loop {
        let at = now();
        // A clock that was set back must not run a night again.
        for (time, job) in due(done_until, at)? {
            run(time, job).await;
        }
        done_until = done_until.max(at);
        let wait = next(done_until)?.duration_since(now()).clamp(SignedDuration::ZERO, LONGEST_WAIT);
        sleep(wait.unsigned_abs()).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use futures_util::FutureExt as _;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn named(due: Vec<(Timestamp, Job)>) -> Vec<String> {
        due.into_iter().map(|(time, job)| format!("{time} {job}")).collect()
    }

    #[test]
    fn a_day_runs_each_job_once_and_sunday_the_public_prices_too() {
        // 2026-11-22 is a Sunday.
        let sunday = due(at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:00Z")).unwrap();
        let expected = [
            "2026-11-22T01:15:00Z snapshot-retail",
            "2026-11-22T02:15:00Z snapshot-ratecard",
            "2026-11-22T03:15:00Z snapshot-usage",
            "2026-11-22T04:15:00Z snapshot-invoices",
            "2026-11-22T05:15:00Z publish",
            "2026-11-22T05:45:00Z alerts",
        ];
        assert_eq!(named(sunday), expected);
        let monday = due(at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z")).unwrap();
        assert_eq!(monday.len(), 5);
        // The end of the span belongs to it and its beginning does not.
        assert_eq!(due(at("2026-11-23T03:14:59Z"), at("2026-11-23T03:15:00Z")).unwrap().len(), 1);
        assert_eq!(due(at("2026-11-23T03:15:00Z"), at("2026-11-23T03:16:00Z")).unwrap(), []);
        assert_eq!(next(at("2026-11-23T03:15:00Z")).unwrap(), at("2026-11-23T04:15:00Z"));
    }

    #[test]
    fn eventbridge_wants_a_question_mark_and_a_year() {
        let of = |job| SCHEDULES.iter().find(|schedule| schedule.job == job).unwrap().eventbridge();
        assert_eq!(of(Job::SnapshotUsage), "cron(15 3 * * ? *)");
        assert_eq!(of(Job::SnapshotRetail), "cron(15 1 ? * SUN *)");
    }

    /// Two days of virtual time: every job of both nights at its time, in order, although each takes its time and the
    /// clock is set back once.
    #[test]
    fn two_nights_pass_in_order() {
        let (clock, ran) = (Cell::new(at("2026-11-21T12:00:00Z")), RefCell::new(Vec::new()));
        let end = at("2026-11-23T12:00:00Z");
        let pass = |time: Duration| clock.set(clock.get() + time);
        let sleep = async |time: Duration| {
            if clock.get() > end {
                std::future::pending::<()>().await;
            }
            pass(time.max(Duration::from_secs(1)));
        };
        let kept = keep(
            || clock.get(),
            sleep,
            async |time, job| {
                assert!(clock.get() >= time, "{job} ran early");
                ran.borrow_mut().push((time, job));
                if ran.borrow().len() == 2 {
                    clock.set(clock.get() - SignedDuration::from_hours(3));
                } else {
                    pass(Duration::from_secs(1200));
                }
            },
        );
        assert!(kept.now_or_never().is_none(), "it goes on for ever");
        let ran = named(ran.into_inner());
        assert_eq!(ran.len(), 11, "{ran:?}");
        assert_eq!(ran[0], "2026-11-22T01:15:00Z snapshot-retail");
        assert_eq!(ran[10], "2026-11-23T05:45:00Z alerts");
        assert!(ran.is_sorted(), "{ran:?}");
    }
}

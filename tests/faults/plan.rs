//! Which operation fails, and how. Operations are numbered in the order in which they begin.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where an operation happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    UsagePage,
    NextUsagePage,
    Card,
    CardFile,
    Periods,
    Groups,
    Invoices,
    Invoice,
    Document,
    PutPage,
    PutBook,
    PutRecord,
    Mend,
    GetPage,
    GetBook,
    GetRecord,
    List,
}

use Site::*;

impl Site {
    pub fn is_http(self) -> bool {
        matches!(self, UsagePage | NextUsagePage | Card | CardFile | Periods | Groups | Invoices | Invoice | Document)
    }

    fn is_signed(self) -> bool {
        matches!(self, CardFile | Document)
    }

    fn is_put(self) -> bool {
        matches!(self, PutPage | PutBook | PutRecord | Mend)
    }

    fn is_get(self) -> bool {
        matches!(self, GetPage | GetBook | GetRecord)
    }

    fn is_json(self) -> bool {
        self.is_http() && self != Document
    }
}

macro_rules! kinds {
    ($($kind:ident),* $(,)?) => {
        /// How an operation fails.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($kind),* }

        impl Kind {
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            pub fn named(name: &str) -> Option<Kind> {
                Kind::ALL.iter().copied().find(|kind| kind.to_string() == name)
            }
        }
    };
}

kinds! {
    // No answer.
    Refused, NameUnknown, TlsFails, Hangs, Drips, BodyStalls, BodyBreaksOff,
    // Another status.
    Status400, Status401, Status403, Status404, Status408, Status409, Status410,
    Throttled, ThrottledByDate, ThrottledWithoutHeader, ThrottledForAges, ThrottledBelowZero, ThrottledByWords,
    ThrottledUntilThePast, ThrottledBeyondNumbers,
    Status500, Status502, Status503, Status504, NotReady,
    // 200, and not what was asked for.
    Empty, LoginPage, Cut, CutAndSilent, CutGzip, GzipBomb, LengthTooLong, LengthTooShort, TurnedBit, WrongHash,
    OddEncoding, NotJson, OtherSubscription, OtherDay,
    // Pages.
    LinkToItself, LinkElsewhere, LinkToHttp, LinkWithUser, LinkToAddress, EndsEarly, PageTwice, Restated, TokenExpired,
    RedirectElsewhere, RedirectToHttp,
    // The store.
    FailsBefore, AnswerLost, Torn, SaysExists, SlowDown, Denied, StoreHangs, NoSpace,
    StaleList, ShortList, ListTwice, ListFails,
    ReadCut, ReadTurnedBit, ReadNothing, ReadFails,
    // The process.
    DiesBefore, DiesAfter,
}

use Kind::*;

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Kind {
    /// Whether it can happen there.
    pub fn fits(self, site: Site) -> bool {
        match self {
            DiesBefore | DiesAfter => true,
            Torn | AnswerLost | FailsBefore | SlowDown | Denied | StoreHangs | NoSpace => site.is_put(),
            SaysExists => matches!(site, PutPage | PutBook | PutRecord),
            ReadCut | ReadTurnedBit | ReadNothing | ReadFails => site.is_get(),
            StaleList | ShortList | ListTwice | ListFails => site == List,
            TokenExpired => site == NextUsagePage,
            OtherSubscription | OtherDay | Restated | PageTwice => matches!(site, UsagePage | NextUsagePage),
            EndsEarly | LinkToItself | LinkElsewhere | LinkToHttp | LinkWithUser | LinkToAddress => {
                matches!(site, UsagePage | NextUsagePage | Periods | Groups | Invoices)
            }
            RedirectElsewhere | RedirectToHttp => site.is_http(),
            NotReady => matches!(site, UsagePage | NextUsagePage),
            Status410 => site.is_signed(),
            NotJson => site.is_json(),
            // Where Azure says a hash, a turned bit is noticed; elsewhere only a reader that minds it would.
            WrongHash | TurnedBit => site.is_signed(),
            _ => site.is_http(),
        }
    }

    /// Whether one of these leaves nothing behind: the run that met it does all of its work.
    pub fn is_survived(self, site: Site) -> bool {
        match self {
            Refused
            | NameUnknown
            | TlsFails
            | Hangs
            | Drips
            | BodyStalls
            | BodyBreaksOff
            | Status401
            | Status408
            | Throttled
            | ThrottledByDate
            | ThrottledWithoutHeader
            | ThrottledBelowZero
            | ThrottledByWords
            | ThrottledUntilThePast
            | Status500
            | Status502
            | Status503
            | Status504
            | NotReady
            | CutGzip
            | GzipBomb
            | LengthTooLong
            | OddEncoding
            | TurnedBit
            | WrongHash => true,
            Empty | LoginPage | Cut => site.is_json(),
            Status403 | Status404 => site.is_signed(),
            TokenExpired | SaysExists | Torn | StaleList | ListTwice => true,
            AnswerLost => site == PutRecord,
            ReadTurnedBit => site == GetPage,
            _ => false,
        }
    }

    /// Whether nobody can tell it from a true answer. The next reading of the day puts it right.
    pub fn cannot_be_noticed(self) -> bool {
        matches!(self, OtherDay | EndsEarly | PageTwice | Restated)
    }

    /// A wait that was asked for, in whole seconds.
    pub fn asks_to_wait(self) -> Option<u64> {
        match self {
            Throttled | ThrottledByDate => Some(7),
            _ => None,
        }
    }

    /// A failure that a repetition may mend: what is counted against the limits of tries.
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Refused
                | NameUnknown
                | TlsFails
                | Hangs
                | Drips
                | BodyStalls
                | BodyBreaksOff
                | Status408
                | Throttled
                | ThrottledByDate
                | ThrottledWithoutHeader
                | ThrottledForAges
                | ThrottledBelowZero
                | ThrottledByWords
                | ThrottledUntilThePast
                | ThrottledBeyondNumbers
                | Status500
                | Status502
                | Status503
                | Status504
        )
    }
}

/// A fault that is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    pub operation: usize,
    pub kind: Kind,
    /// Whether it also happens at every later operation of the same place.
    pub stuck: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}{}", self.operation, self.kind, if self.stuck { "*" } else { "" })
    }
}

/// A fault that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired {
    pub site: Site,
    pub kind: Kind,
}

/// The faults of a case.
#[derive(Debug)]
pub struct Plan(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    planned: Vec<Fault>,
    chance: Option<(fastrand::Rng, u64)>,
    /// Every request for this subscription fails so.
    poison: Option<(String, Kind)>,
    stuck: Vec<(Site, Kind)>,
    off: bool,
    sites: Vec<Site>,
    fired: Vec<Fired>,
}

impl Plan {
    pub fn of(planned: &[Fault]) -> Plan {
        Plan(Mutex::new(State { planned: planned.to_vec(), ..State::default() }))
    }

    /// Of a hundred operations so many fail, in one of the ways that fit.
    pub fn by_chance(seed: u64, percent: u64) -> Plan {
        Plan(Mutex::new(State { chance: Some((fastrand::Rng::with_seed(seed), percent)), ..State::default() }))
    }

    pub fn poison(subscription: &str, kind: Kind) -> Plan {
        Plan(Mutex::new(State { poison: Some((subscription.to_owned(), kind)), ..State::default() }))
    }

    fn held(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next operation begins. `address` is that of a request.
    pub fn at(&self, site: Site, address: &str) -> Option<Kind> {
        let mut state = self.held();
        let operation = state.sites.len();
        state.sites.push(site);
        if state.off {
            return None;
        }
        let planned = state.planned.iter().find(|fault| fault.operation == operation && fault.kind.fits(site)).copied();
        if let Some(Fault { kind, stuck: true, .. }) = planned {
            state.stuck.push((site, kind));
        }
        let stuck = state.stuck.iter().find(|(at, _)| *at == site).map(|(_, kind)| *kind);
        let poison =
            state.poison.as_ref().filter(|(of, kind)| site.is_http() && kind.fits(site) && address.contains(of));
        let mut kind = planned.map(|fault| fault.kind).or(stuck).or(poison.map(|(_, kind)| *kind));
        if let Some((chance, percent)) = state.chance.as_mut()
            && chance.u64(0..100) < *percent
        {
            let fitting: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.fits(site)).collect();
            kind = chance.choice(fitting);
        }
        if let Some(kind) = kind {
            state.fired.push(Fired { site, kind });
        }
        kind
    }

    /// From now on nothing fails.
    pub fn end(&self) {
        self.held().off = true;
    }

    pub fn has_ended(&self) -> bool {
        self.held().off
    }

    /// All operations so far.
    pub fn sites(&self) -> Vec<Site> {
        self.held().sites.clone()
    }

    pub fn fired(&self) -> Vec<Fired> {
        self.held().fired.clone()
    }
}

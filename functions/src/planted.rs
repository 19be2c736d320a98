//! Bugs that can be planted, to see that the tests of faults catch them. Outside this crate's unit tests there are none.

/// Each stands where somebody could really make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bug {
    /// The token goes to storage with the signed link.
    TokenToStorage,
    /// A dead link of a card is not replaced.
    OldCardLink,
    /// Next links are not followed,
    OnlyTheFirstPage,
    /// are followed to any host,
    LinksAnywhere,
    /// or in a circle.
    CircleUnnoticed,
    /// A body that is shorter than promised is taken,
    LengthIgnored,
    /// or one whose hash is another.
    HashIgnored,
    /// A request is repeated until it works.
    TriesWithoutEnd,
    /// A wait may be longer than the run.
    WaitsWithoutEnd,
    /// A token that is refused is not renewed.
    TokenNotRenewed,
    /// Redirects are followed with the token.
    RedirectsFollowed,
    /// Retry-After is not read.
    RetryAfterIgnored,
    /// Nothing is tried again.
    NoSecondTry,
    /// A try may last for ever.
    NoTimeout,
    /// An outage is asked on and on.
    GateNeverCloses,
    /// Errors hold whole addresses,
    SecretsInErrors,
    /// or the record of answers does.
    SecretsOnRecord,
    /// Pages of a window stay when it begins again.
    RestartKeepsPages,
    /// A page that cannot be read ends the day.
    BrokenPageIsTheLast,
    /// Rows of another subscription are taken.
    RowsOfOthers,
    /// A day that could not be read is not told.
    GapForgotten,
    /// Pages count from one.
    PagesFromOne,
    /// A page's name does not depend on its content.
    KeyWithoutHash,
    /// A record says one row too many.
    RowsMiscounted,
    /// A day counts whose pages did not all come.
    HalfADay,
    /// Days are read once.
    NotReadAgain,
    /// The day of the run is asked for.
    UnfinishedDay,
    /// Windows overlap.
    WindowTooLong,
    /// Invoices are read each night,
    InvoicesAgain,
    /// billing periods are committed each night,
    PeriodsAgain,
    /// and a dead link of an invoice is not replaced.
    OldInvoiceLink,
    /// The same event reads a card twice.
    CardAgain,
    /// A unit that fails holds back the others.
    OneStopsAll,
    /// A page is named and not kept.
    PageNotKept,
    /// What was written is not read back.
    NotReadBack,
    /// Records leave out numbers,
    NumbersSkipped,
    /// do not name the one before,
    ChainForgotten,
    /// count as written when their number is taken,
    TakenIsOurs,
    /// go on from one that is not the last,
    StaleNumber,
    /// count as written when they break off,
    TornIsDone,
    /// or replace one that is there.
    RecordsReplaced,
    /// The number of a record that breaks off is tried for ever.
    TornKeepsItsNumber,
    /// A pack that a dead run left damaged stays so.
    PacksStayDamaged,
    /// A month that is closed is closed again.
    ClosedAgain,
}

#[cfg(test)]
impl Bug {
    /// All of them.
    pub(crate) const ALL: [Bug; 44] = [
        Bug::TokenToStorage,
        Bug::OldCardLink,
        Bug::OnlyTheFirstPage,
        Bug::LinksAnywhere,
        Bug::CircleUnnoticed,
        Bug::LengthIgnored,
        Bug::HashIgnored,
        Bug::TriesWithoutEnd,
        Bug::WaitsWithoutEnd,
        Bug::TokenNotRenewed,
        Bug::RedirectsFollowed,
        Bug::RetryAfterIgnored,
        Bug::NoSecondTry,
        Bug::NoTimeout,
        Bug::GateNeverCloses,
        Bug::SecretsInErrors,
        Bug::SecretsOnRecord,
        Bug::RestartKeepsPages,
        Bug::BrokenPageIsTheLast,
        Bug::RowsOfOthers,
        Bug::GapForgotten,
        Bug::PagesFromOne,
        Bug::KeyWithoutHash,
        Bug::RowsMiscounted,
        Bug::HalfADay,
        Bug::NotReadAgain,
        Bug::UnfinishedDay,
        Bug::WindowTooLong,
        Bug::InvoicesAgain,
        Bug::PeriodsAgain,
        Bug::OldInvoiceLink,
        Bug::CardAgain,
        Bug::OneStopsAll,
        Bug::PageNotKept,
        Bug::NotReadBack,
        Bug::NumbersSkipped,
        Bug::ChainForgotten,
        Bug::TakenIsOurs,
        Bug::StaleNumber,
        Bug::TornIsDone,
        Bug::RecordsReplaced,
        Bug::TornKeepsItsNumber,
        Bug::PacksStayDamaged,
        Bug::ClosedAgain,
    ];
}

#[cfg(not(test))]
pub(crate) const fn planted(_: Bug) -> bool {
    false
}

#[cfg(test)]
pub(crate) use planting::{plant, planted};

#[cfg(test)]
mod planting {
    use std::cell::Cell;

    use super::Bug;

    thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    pub(crate) fn planted(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }

    /// For the rest of this thread, or until another is planted.
    pub(crate) fn plant(bug: Option<Bug>) {
        PLANTED.set(bug);
    }
}

//! Instants as they are kept: microseconds, which both databases and every importer can hold.

use jiff::Timestamp;

/// Now, as it will be read back.
pub(crate) fn now() -> Timestamp {
    of_micros(to_micros(Timestamp::now()))
}

/// An instant as it will be read back.
pub(crate) fn kept(at: Timestamp) -> Timestamp {
    of_micros(to_micros(at))
}

pub(crate) fn to_micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A number beyond the calendar, which only a damaged database holds, becomes its nearest end.
pub(crate) fn of_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

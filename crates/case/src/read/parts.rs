//! Parts of a case on their own, for files that use its vocabulary: a published study states its
//! concerns and the protocol of each arm as a case does.

use needlepoint_knowledge::{
    Knowledge,
    reader::{Reader, Table},
};

use crate::case::{Concern, Protocol};

use super::{Desk, concern, protocol};

/// Read a table as a case's `[protocol]`; the caller finishes the table.
pub fn read_protocol(
    reader: &Reader<'_>,
    table: &Table<'_>,
    knowledge: &Knowledge,
) -> Option<Protocol> {
    protocol::read(Desk { reader, knowledge, whole: true }, table, None).protocol
}

/// Read a table as one of a case's `[[concern]]`; the caller finishes the table.
pub fn read_concern(
    reader: &Reader<'_>,
    table: &Table<'_>,
    knowledge: &Knowledge,
) -> Option<Concern> {
    concern::read(Desk { reader, knowledge, whole: true }, table).concern
}

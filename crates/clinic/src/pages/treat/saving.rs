//! Writing in a session that others write in as well.

use jiff::Timestamp;
use needlepoint_records::{
    Author, Id, Practice, RecordsError, clinical::Session, document::Document,
};

use super::changes::{By, Change, NotMade, make};

/// So often somebody may be quicker before a change is given up: there are no more hands in a room.
const TRIES: u32 = 50;

/// A session after changes, and those that were not made.
#[derive(Debug)]
pub(crate) struct Saved {
    /// The session as it is now.
    pub(crate) document: Document<Session>,
    /// What was not done, and why.
    pub(crate) not_made: Vec<NotMade>,
    /// Who wrote the version that the changes met.
    pub(crate) met: String,
}

/// Make changes on the newest version of a session, again on a newer one if somebody was quicker.
///
/// # Errors
/// As the records have it; a conflict only if somebody is quicker every time.
pub(crate) async fn make_all(
    practice: &Practice,
    author: &Author,
    id: Id,
    changes: &[Change],
) -> Result<Saved, RecordsError> {
    let each = |session: &mut Session, by: By<'_>| {
        changes.iter().filter_map(|change| make(session, change, by).err()).collect()
    };
    edit(practice, author, id, each).await
}

/// Edit the newest version of a session, again on a newer one if somebody was quicker.
///
/// # Errors
/// See [`make_all`].
pub(crate) async fn edit(
    practice: &Practice,
    author: &Author,
    id: Id,
    edit: impl Fn(&mut Session, By<'_>) -> Vec<NotMade>,
) -> Result<Saved, RecordsError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let before: Document<Session> = practice.read(id).await?;
        let mut content = before.content.clone();
        let by = By { account: &author.account, at: Timestamp::now() };
        let not_made = edit(&mut content, by);
        let met = before.written_by.clone();
        if content == before.content {
            return Ok(Saved { document: before, not_made, met });
        }
        match practice.update(author, id, before.version, &content).await {
            Ok(document) => return Ok(Saved { document, not_made, met }),
            Err(RecordsError::Conflict { .. }) if tries < TRIES => {}
            Err(other) => return Err(other),
        }
    }
}

//! Who asks, and what they may do.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use jiff::Timestamp;
use needlepoint_records::{
    Author, Id, Role,
    clinical::{Content, Patient},
    document::Document,
};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::{app::App, refusal::Refusal};

/// Where a session says who is signed in.
pub(crate) const SIGNED_IN: &str = "signed-in";
/// Without a request for so long, somebody has left the screen.
const IDLE_SECONDS: i64 = 60 * 60;
/// A session ends this long after signing in, whatever is done with it.
const LONGEST_SECONDS: i64 = 12 * 60 * 60;
/// A session is touched no more often than this.
const TOUCH_SECONDS: i64 = 5 * 60;

/// What a session keeps. What the account may do is asked of the records each time: it may have changed since.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SignedIn {
    /// Name of the account.
    pub(crate) account: String,
    /// When it signed in.
    pub(crate) since: Timestamp,
    /// When it last asked for something, to some minutes.
    pub(crate) seen_at: Timestamp,
}

impl SignedIn {
    /// Whether it has lasted too long, or nobody has asked for anything for too long.
    fn is_over(&self, now: Timestamp) -> bool {
        let seconds = |since: Timestamp| now.as_second() - since.as_second();
        seconds(self.seen_at) > IDLE_SECONDS || seconds(self.since) > LONGEST_SECONDS
    }
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Look.
    Read,
    /// Write down: patients, photographs, sessions, visits.
    Record,
    /// Decide: consultations, plans, rules set aside.
    Decide,
    /// Manage: accounts, the trail, exports, backups, erasure.
    Manage,
}

/// An account that is signed in, or a program with its token.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Name of the account.
    pub(crate) account: String,
    /// What it may do.
    pub(crate) role: Role,
}

impl Visitor {
    /// Whether it may.
    pub(crate) fn may(&self, right: Right) -> bool {
        match self.role {
            Role::Administrator => true,
            Role::Practitioner => right != Right::Manage,
            Role::Assistant => matches!(right, Right::Read | Right::Record),
            Role::ReadOnly => right == Right::Read,
        }
    }

    /// Go on only if it may.
    pub(crate) fn must(&self, right: Right) -> Result<(), Refusal> {
        self.may(right).then_some(()).ok_or(Refusal::Forbidden)
    }

    /// As who it writes.
    pub(crate) fn author(&self) -> Author {
        Author::new(&self.account)
    }

    /// A patient, if this account may see them.
    pub(crate) async fn patient(&self, app: &App, id: Id) -> Result<Document<Patient>, Refusal> {
        let patient: Document<Patient> = app.practice.read(id).await?;
        self.sees(&patient.content).then_some(patient).ok_or(Refusal::NotFound)
    }

    /// Whether this account may see a patient.
    pub(crate) fn sees(&self, patient: &Patient) -> bool {
        self.role == Role::Administrator
            || patient.confidential_to.is_empty()
            || patient.confidential_to.contains(&self.account)
    }

    /// A document of a patient whom this account may see; that of another patient is not found.
    pub(crate) async fn of<T: Content>(
        &self,
        app: &App,
        patient: Id,
        id: Id,
    ) -> Result<(Document<Patient>, Document<T>), Refusal> {
        let seen = self.patient(app, patient).await?;
        let document: Document<T> = app.practice.read(id).await?;
        let theirs = document.content.patient() == Some(patient);
        theirs.then_some((seen, document)).ok_or(Refusal::NotFound)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        if let Some(secret) = bearer(&parts.headers) {
            let account = app.practice.token(secret).await?.ok_or(Refusal::SignIn)?;
            return Ok(Self { account: account.name, role: account.role });
        }
        let session = parts.extensions.get::<Session>().cloned().ok_or(Refusal::SignIn)?;
        let stored = session.get::<SignedIn>(SIGNED_IN).await;
        // A cookie that was made up leads to no session; one whose record is broken leads to none either.
        let mut signed_in = stored.unwrap_or_default().ok_or(Refusal::SignIn)?;
        let now = Timestamp::now();
        let account = app.practice.account(&signed_in.account).await?;
        let account = account.filter(|account| !account.disabled && !signed_in.is_over(now));
        let Some(account) = account else {
            let _ = session.flush().await;
            return Err(Refusal::SignIn);
        };
        if now.as_second() - signed_in.seen_at.as_second() > TOUCH_SECONDS {
            signed_in.seen_at = now;
            session.insert(SIGNED_IN, &signed_in).await.map_err(fault)?;
        }
        Ok(Self { account: account.name, role: account.role })
    }
}

/// Somebody at a browser, not a program: who finds a token must not be able to make another, or an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InPerson;

impl<S: Sync> FromRequestParts<S> for InPerson {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        if bearer(&parts.headers).is_some() { Err(Refusal::Forbidden) } else { Ok(Self) }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn fault(why: impl std::fmt::Display) -> Refusal {
    Refusal::Fault(why.to_string())
}

/// Begin a session under a new identifier, whatever came with the request.
pub(crate) async fn sign_in(session: &Session, account: &str) -> Result<(), Refusal> {
    session.clear().await;
    session.cycle_id().await.map_err(fault)?;
    let now = Timestamp::now();
    let signed_in = SignedIn { account: account.to_owned(), since: now, seen_at: now };
    session.insert(SIGNED_IN, &signed_in).await.map_err(fault)
}

/// End a session.
pub(crate) async fn sign_out(session: &Session) -> Result<(), Refusal> {
    session.flush().await.map_err(fault)
}

/// The address of who asks: the peer's, or behind a proxy what the proxy added last, be it to a line that came with the
/// request or as a line of its own.
pub(crate) fn asking_address(app: &App, headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded.and_then(|value| value.to_str().ok());
    let told = forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    if app.behind_proxy { told.unwrap_or(peer.ip()) } else { peer.ip() }
}

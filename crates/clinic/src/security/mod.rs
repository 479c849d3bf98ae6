//! Letting people in, and keeping others out.
//!
//! - [`headers`]: what every answer says to the browser: no script but ours, nothing from elsewhere, no frame around it
//! - [`host`]: a server that listens to its own machine answers to its own names alone
//! - [`origin`]: requests that change something come from a page of this server, or from a program with a token
//! - [`passwords`]: what somebody who tries would try first
//! - [`sessions`]: who is signed in, kept in the records
//! - [`sign_in_limit`]: how often somebody may try
//! - [`visitor`]: who asks, and what they may do

pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod origin;
mod passwords;
pub(crate) mod sessions;
mod sign_in_limit;
mod visitor;

pub(crate) use passwords::is_easily_guessed;
pub(crate) use sign_in_limit::SignInLimit;
#[cfg(test)]
pub(crate) use visitor::SIGNED_IN;
pub(crate) use visitor::{InPerson, Right, Visitor, asking_address, sign_in, sign_out};

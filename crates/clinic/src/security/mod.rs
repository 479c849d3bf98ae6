//! Letting people in, and keeping others out.
//!
//! - [`headers`]: what every answer says to the browser: no script but ours, nothing from elsewhere, no frame around it
//! - [`origin`]: requests that change something come from a page of this server, or from a program with a token
//! - [`sessions`]: who is signed in, kept in the records
//! - [`sign_in_limit`]: how often somebody may try
//! - [`visitor`]: who asks, and what they may do

pub(crate) mod headers;
pub(crate) mod origin;
pub(crate) mod sessions;
mod sign_in_limit;
mod visitor;

pub(crate) use sign_in_limit::SignInLimit;
pub(crate) use visitor::{Right, Visitor, asking_address, sign_in, sign_out};

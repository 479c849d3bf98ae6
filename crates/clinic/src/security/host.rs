//! By which name a server is asked that listens to its own machine alone.
//!
//! A page elsewhere may let its own name lead to 127.0.0.1 after it was loaded. For the browser its scripts are then of this
//! server. They have no cookie of it, but could try passwords from inside. So such a server answers to the names of its own
//! machine. One that others can reach, or that stands behind a proxy, has names that it does not know.

use axum::{
    extract::{Request, State},
    http::{Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::App, refusal::Refusal};

/// Let through what asks for this machine by its own name.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.this_machine_alone && !names_this_machine(&request) {
        return Refusal::OtherName.into_response();
    }
    next.run(request).await
}

fn names_this_machine(request: &Request) -> bool {
    let mut told = request.headers().get_all(header::HOST).iter();
    let named = told.next().and_then(|value| value.to_str().ok());
    told.next().is_none() && named.is_some_and(is_loopback) && absolute(request.uri())
}

/// An address written out in full has to name this machine, too.
fn absolute(uri: &Uri) -> bool {
    uri.authority().is_none_or(|authority| is_loopback(authority.as_str()))
}

fn is_loopback(named: &str) -> bool {
    let Ok(authority) = named.parse::<Authority>() else { return false };
    let host = authority.host().trim_matches(['[', ']']);
    let address = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_its_names() {
        for own in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.1.2.3",
            "[::1]:80",
            "a.localhost",
        ] {
            assert!(is_loopback(own), "{own}");
        }
        for other in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.168.0.1",
            "",
            "a b",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}

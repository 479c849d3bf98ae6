//! Puts the layers together and listens.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    response::{IntoResponse as _, Response},
};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use hyper_util::rt::TokioTimer;
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{Practice, RecordsError};
use thiserror::Error;
use tokio::time::interval;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    timeout::{RequestBodyTimeoutLayer, TimeoutLayer},
};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time},
};

use crate::{
    api,
    app::{App, Inner},
    assets::{self, Assets},
    demo,
    options::{ServeOptions, Started, Tls},
    pages,
    security::{SignInLimit, headers, host, origin, sessions::Sessions},
    simulator::Simulator,
    words::{Words, WordsError},
};

/// Most bytes of a request; pages that take photographs raise it for themselves.
const BODY_BYTES: usize = 512 * 1024;
/// Most bytes of the head of a request.
const HEAD_BYTES: usize = 64 * 1024;
/// For sending the head of a request, and between two pieces of its body.
const SLOW_SECONDS: u64 = 10;
/// For a whole request.
const REQUEST_SECONDS: u64 = 60;
/// A cookie that is not used is forgotten after this long; `security` ends a session earlier.
const SESSION_HOURS: i64 = 12;
/// Between two rounds in which ended sessions are swept away.
const SWEEP_SECONDS: u64 = 15 * 60;
/// For requests under way, when the server is told to stop.
const GRACE_SECONDS: u64 = 10;

/// Why a server can't run.
#[derive(Debug, Error)]
pub enum ClinicError {
    /// The records can't be opened.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// The catalogue of words can't be used.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The address can't be listened at.
    #[error(
        "can't listen at {address}: {why}. Choose another with --port, or 0 for any that is free"
    )]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        why: std::io::Error,
    },
    /// Certificate or key can't be used.
    #[error("the certificate or its key can't be used: {0}. Both are files in PEM")]
    Tls(std::io::Error),
    /// The system gives no threads.
    #[error("no threads to simulate with: {0}")]
    Threads(String),
    /// The demonstration can't be made.
    #[error("the demonstration can't be made: {0}")]
    Demo(String),
    /// Listening ended.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// Serve until told to stop by an interrupt or a termination; `ready` is called once when the server listens.
///
/// # Errors
/// See [`ClinicError`].
pub async fn serve(
    options: ServeOptions,
    knowledge: Arc<Knowledge>,
    ready: impl FnOnce(&Started),
) -> Result<(), ClinicError> {
    let address = SocketAddr::new(options.address, options.port);
    let listener = listen(address)?;
    let practice = Practice::open(&options.database, &options.key).await?;
    let new_accounts = demo::first_accounts(&practice, options.demo).await?;
    if options.demo {
        demo::fill(&practice, &knowledge).await?;
    }
    let (app, missing_words) = app(&options, practice.clone(), knowledge)?;
    let https = options.tls.is_some();
    let router = router(app, https || options.behind_proxy);
    let tls = match &options.tls {
        Some(tls) => Some(encrypted(tls).await.map_err(ClinicError::Tls)?),
        None => None,
    };
    let handle = Handle::new();
    tokio::spawn(stop_when_told(handle.clone()));
    tokio::spawn(sweep(practice.clone()));
    let bound = listener.local_addr().unwrap_or(address);
    ready(&Started { address: bound, https, new_accounts, missing_words });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = if let Some(tls) = tls {
        let mut server = axum_server::from_tcp_rustls(listener, tls)
            .map_err(ClinicError::Stopped)?
            .http1_only()
            .handle(handle);
        patient_with_heads(server.http_builder());
        server.serve(service).await
    } else {
        let mut server = axum_server::from_tcp(listener)
            .map_err(ClinicError::Stopped)?
            .http1_only()
            .handle(handle);
        patient_with_heads(server.http_builder());
        server.serve(service).await
    };
    practice.close().await;
    served.map_err(ClinicError::Stopped)
}

/// What every page has at hand, and the words that another language lacks.
pub(crate) fn app(
    options: &ServeOptions,
    practice: Practice,
    knowledge: Arc<Knowledge>,
) -> Result<(App, Vec<String>), ClinicError> {
    let (words, missing_words) = match &options.words {
        Some(path) => Words::from_file(path)?,
        None => (Words::english()?, Vec::new()),
    };
    let app = App::new(Inner {
        practice,
        knowledge,
        simulator: Simulator::new(options.threads)?,
        words,
        assets: Assets::new(),
        sign_ins: SignInLimit::new(),
        people: pages::People::new(),
        fronts: pages::Kept::new(),
        cares: pages::Kept::at_most(pages::PLANS_KEPT),
        files: pages::Kept::new(),
        demo: options.demo,
        this_machine_alone: options.address.is_loopback() && !options.behind_proxy,
        behind_proxy: options.behind_proxy,
    });
    Ok((app, missing_words))
}

/// Certificate and key, for the one version of HTTP that is spoken here.
async fn encrypted(tls: &Tls) -> std::io::Result<RustlsConfig> {
    let config = RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await?;
    let mut spoken = (*config.get_inner()).clone();
    spoken.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.reload_from_config(Arc::new(spoken));
    Ok(config)
}

fn listen(address: SocketAddr) -> Result<TcpListener, ClinicError> {
    let refused = |why| ClinicError::Listen { address, why };
    let listener = TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    Ok(listener)
}

/// Who sends the head of a request drop by drop, or none, is not waited for. Only HTTP/1.1 is spoken: telling it from HTTP/2
/// waits for bytes without an end, and what HTTP/2 adds is more ways to keep a server busy.
fn patient_with_heads<E>(builder: &mut hyper_util::server::conn::auto::Builder<E>) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .max_buf_size(HEAD_BYTES)
        .header_read_timeout(Duration::from_secs(SLOW_SECONDS));
}

/// Pages and interface, with everything around them.
pub(crate) fn router(app: App, secure: bool) -> Router {
    let inside = Router::new().merge(pages::routes()).merge(api::routes());
    guarded(inside.fallback(pages::nothing_here), app, secure)
}

/// What every page and every way in for programs lies behind.
pub(crate) fn guarded(inside: Router<App>, app: App, secure: bool) -> Router {
    let sessions = SessionManagerLayer::new(Sessions::new(app.practice.clone()))
        .with_name("needlepoint")
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(SESSION_HOURS)));
    let inside = inside
        .layer(sessions)
        .layer(middleware::from_fn(origin::check))
        .layer(DefaultBodyLimit::max(BODY_BYTES));
    Router::new()
        .merge(assets::routes())
        .merge(inside)
        .layer(middleware::from_fn_with_state(app.clone(), host::check))
        .layer(middleware::from_fn_with_state(app.clone(), pages::refused))
        .layer(CatchPanicLayer::custom(after_a_panic))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            Duration::from_secs(REQUEST_SECONDS),
        ))
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(SLOW_SECONDS)))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(headers::say))
        .with_state(app)
}

/// A fault of ours in one request is told to who asked, and the others go on.
fn after_a_panic(_: Box<dyn std::any::Any + Send>) -> Response<axum::body::Body> {
    let told = "A fault of ours. What was asked for may not have been done.";
    (StatusCode::INTERNAL_SERVER_ERROR, told).into_response()
}

async fn stop_when_told(handle: Handle<SocketAddr>) {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => (),
        () = terminated => (),
    }
    handle.graceful_shutdown(Some(Duration::from_secs(GRACE_SECONDS)));
}

async fn sweep(practice: Practice) {
    let mut rounds = interval(Duration::from_secs(SWEEP_SECONDS));
    loop {
        rounds.tick().await;
        // What can't be swept now is swept in the next round; an ended session opens nothing meanwhile.
        let _ = practice.sessions_sweep().await;
    }
}

use jiff::{SignedDuration, Timestamp};
use needlepoint_records::{
    Author, Practice, RecordsError, Role, audit::Action, audit::AuditFilter,
};

use crate::common::{anna, on_every_database};

const PASSWORD: &str = "a long pass word é";

async fn with_account(practice: &Practice, name: &str, role: Role) {
    practice.create_account(&anna(), name, role, PASSWORD).await.expect("an account");
}

#[tokio::test]
async fn a_password_opens_its_account_and_no_other() {
    on_every_database(async |place| {
        let practice = place.open().await;
        with_account(&practice, "Anna", Role::Administrator).await;
        with_account(&practice, "Dr. ben; DROP--", Role::Assistant).await;
        let account = practice.verify_password("Anna", PASSWORD).await.expect("asked");
        let account = account.expect("the right password");
        assert_eq!((account.name.as_str(), account.role), ("Anna", Role::Administrator));
        // The same letter from another keyboard.
        let typed = "a long pass word e\u{301}";
        assert!(practice.verify_password("Anna", typed).await.expect("asked").is_some());
        for (name, password) in [
            ("Anna", "a long pass word e"),
            ("anna", PASSWORD),
            ("nobody", PASSWORD),
            ("nobody", "a password that nobody has"),
            ("Anna", ""),
        ] {
            let found = practice.verify_password(name, password).await.expect("asked");
            assert_eq!(found, None, "{name} {password}");
        }
        let long = "x".repeat(100_000);
        assert_eq!(practice.verify_password("Anna", &long).await.expect("asked"), None);
        let names: Vec<_> = practice.accounts().await.expect("read");
        let names: Vec<_> = names.iter().map(|account| account.name.as_str()).collect();
        assert_eq!(names, ["Anna", "Dr. ben; DROP--"]);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn accounts_follow_their_rules() {
    on_every_database(async |place| {
        let practice = place.open().await;
        with_account(&practice, "anna", Role::Administrator).await;
        let twice = practice.create_account(&anna(), "anna", Role::ReadOnly, PASSWORD).await;
        assert!(matches!(twice, Err(RecordsError::AccountExists(_))));
        let short = practice.create_account(&anna(), "ben", Role::ReadOnly, "elevenchars").await;
        assert!(matches!(short, Err(RecordsError::PasswordLength { least: 12, .. })));
        for name in ["", " ben", "ben\n", &"x".repeat(61)] {
            let refused = practice.create_account(&anna(), name, Role::ReadOnly, PASSWORD).await;
            assert!(matches!(refused, Err(RecordsError::AccountName(_))), "{name:?}");
        }
        for refused in [
            practice.set_role(&anna(), "anna", Role::Practitioner).await,
            practice.set_disabled(&anna(), "anna", true).await,
        ] {
            assert!(matches!(refused, Err(RecordsError::LastAdministrator(_))));
        }
        let nobody = practice.set_password(&anna(), "nobody", PASSWORD).await;
        assert!(matches!(nobody, Err(RecordsError::NoSuchAccount(_))));

        with_account(&practice, "cleo", Role::Administrator).await;
        practice.set_role(&anna(), "anna", Role::ReadOnly).await.expect("there is another");
        let anna_now = practice.account("anna").await.expect("read").expect("there");
        assert_eq!(anna_now.role, Role::ReadOnly);
        practice.set_password(&anna(), "anna", "another pass word").await.expect("set");
        assert_eq!(practice.verify_password("anna", PASSWORD).await.expect("asked"), None);
        practice.set_disabled(&anna(), "anna", true).await.expect("disabled");
        let shut = practice.verify_password("anna", "another pass word").await.expect("asked");
        assert_eq!(shut, None);
        practice.set_disabled(&anna(), "anna", false).await.expect("enabled");
        let open = practice.verify_password("anna", "another pass word").await.expect("asked");
        assert!(open.is_some());
        let trail = practice.audit(AuditFilter::default()).await.expect("read");
        let actions: Vec<_> = trail.iter().map(|entry| entry.action).collect();
        assert_eq!(
            actions,
            [
                Action::AccountEnabled,
                Action::AccountDisabled,
                Action::PasswordSet,
                Action::RoleSet,
                Action::AccountCreated,
                Action::AccountCreated,
            ]
        );
        assert!(practice.verify().await.expect("verified").is_clean());
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_themselves_an_administrator_in_the_database() {
    on_every_database(async |place| {
        let practice = place.open().await;
        with_account(&practice, "anna", Role::Administrator).await;
        with_account(&practice, "ben", Role::ReadOnly).await;
        let token = practice.create_token(&anna(), "ben", "phone").await.expect("a token");
        place.tamper(&["UPDATE accounts SET role = 'administrator' WHERE name = 'ben'"]).await;
        let damaged = |error| matches!(error, RecordsError::Damaged(_));
        assert!(practice.verify_password("ben", PASSWORD).await.is_err_and(damaged));
        assert!(practice.account("ben").await.is_err_and(damaged));
        assert!(practice.token(&token.secret).await.is_err_and(damaged));
        let verified = practice.verify().await.expect("verified");
        assert_eq!(verified.problems.len(), 1, "{:?}", verified.problems);
        // Another's password in place of one's own.
        place
            .tamper(&[
                "UPDATE accounts SET role = 'read-only' WHERE name = 'ben'",
                "UPDATE accounts SET password = (SELECT o.password FROM accounts o WHERE \
                 o.name = 'anna') WHERE name = 'ben'",
            ])
            .await;
        assert!(practice.verify_password("ben", PASSWORD).await.is_err_and(damaged));
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_lasts_until_it_expires_or_is_ended() {
    on_every_database(async |place| {
        let practice = place.open().await;
        with_account(&practice, "anna", Role::Administrator).await;
        let (now, hour) = (Timestamp::now(), SignedDuration::from_hours(1));
        let (later, earlier) = (now + hour, now - hour);
        let put = async |id: u8, account, data: &[u8], expires| {
            practice.session_put(&[id; 32], account, data, expires).await
        };
        let get = async |id: u8| practice.session_get(&[id; 32]).await.expect("read");
        put(1, Some("anna"), b"one", later).await.expect("put");
        put(2, None, b"", later).await.expect("put");
        put(3, Some("anna"), b"three", earlier).await.expect("put");
        let nobody = put(4, Some("nobody"), b"four", later).await;
        assert!(matches!(nobody, Err(RecordsError::NoSuchAccount(_))));
        assert_eq!(get(1).await.as_deref(), Some(&b"one"[..]));
        assert_eq!(get(2).await.as_deref(), Some(&b""[..]));
        assert_eq!((get(3).await, get(4).await), (None, None));
        put(1, Some("anna"), b"more", later + hour).await.expect("put");
        assert_eq!(get(1).await.as_deref(), Some(&b"more"[..]));
        assert_eq!(practice.sessions_sweep().await.expect("swept"), 1);
        assert_eq!(practice.sessions_delete_of("anna").await.expect("ended"), 1);
        assert_eq!(get(1).await, None);
        practice.session_delete(&[2; 32]).await.expect("ended");
        assert_eq!(get(2).await, None);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_new_password_and_a_shut_account_end_all_sessions() {
    on_every_database(async |place| {
        let practice = place.open().await;
        with_account(&practice, "anna", Role::Administrator).await;
        with_account(&practice, "ben", Role::Assistant).await;
        let later = Timestamp::now() + SignedDuration::from_hours(1);
        let begin = async || {
            practice.session_put(&[1; 32], Some("ben"), b"ben", later).await.expect("put");
        };
        begin().await;
        practice.set_role(&anna(), "ben", Role::ReadOnly).await.expect("set");
        assert!(practice.session_get(&[1; 32]).await.expect("read").is_some());
        practice.set_password(&anna(), "ben", PASSWORD).await.expect("set");
        assert_eq!(practice.session_get(&[1; 32]).await.expect("read"), None);
        begin().await;
        practice.set_disabled(&anna(), "ben", true).await.expect("set");
        assert_eq!(practice.session_get(&[1; 32]).await.expect("read"), None);
        let shut = practice.session_put(&[1; 32], Some("ben"), b"ben", later).await;
        assert!(matches!(shut, Err(RecordsError::NoSuchAccount(_))));
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_moved_to_another_account_does_not_open() {
    on_every_database(async |place| {
        let practice = place.open().await;
        with_account(&practice, "anna", Role::Administrator).await;
        with_account(&practice, "ben", Role::ReadOnly).await;
        let later = Timestamp::now() + SignedDuration::from_hours(1);
        practice.session_put(&[1; 32], Some("ben"), b"ben", later).await.expect("put");
        place.tamper(&["UPDATE sessions SET account = 'anna'"]).await;
        let opened = practice.session_get(&[1; 32]).await;
        assert!(matches!(opened, Err(RecordsError::Damaged(_))));
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_token_signs_in_until_it_is_revoked() {
    on_every_database(async |place| {
        let practice = place.open().await;
        with_account(&practice, "anna", Role::Administrator).await;
        with_account(&practice, "ben", Role::Assistant).await;
        let first = practice.create_token(&anna(), "ben", "phone").await.expect("a token");
        let second = practice.create_token(&anna(), "anna", "script").await.expect("a token");
        assert_ne!(first.secret, second.secret);
        let account = practice.token(&first.secret).await.expect("asked").expect("known");
        assert_eq!(account.name, "ben");
        assert_eq!(practice.token("needlepoint_x").await.expect("asked"), None);
        let all = practice.tokens(None).await.expect("read");
        assert_eq!(all, [first.token.clone(), second.token.clone()]);
        assert_eq!(practice.tokens(Some("anna")).await.expect("read"), [second.token]);

        practice.set_disabled(&anna(), "ben", true).await.expect("disabled");
        assert_eq!(practice.token(&first.secret).await.expect("asked"), None);
        practice.set_disabled(&anna(), "ben", false).await.expect("enabled");
        practice.revoke_token(&anna(), first.token.id).await.expect("revoked");
        assert_eq!(practice.token(&first.secret).await.expect("asked"), None);
        assert!(practice.token(&second.secret).await.expect("asked").is_some());
        // Revoking can't be taken back in the database.
        place.tamper(&["UPDATE tokens SET revoked = 0"]).await;
        let revived = practice.token(&first.secret).await;
        assert!(matches!(revived, Err(RecordsError::Damaged(_))));
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_name_with_a_nul_is_no_account_and_does_no_harm() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let name = "an\0na";
        assert_eq!(practice.verify_password(name, PASSWORD).await.expect("asked"), None);
        assert_eq!(practice.account(name).await.expect("asked"), None);
        assert_eq!(practice.sessions_delete_of(name).await.expect("asked"), 0);
        let token = practice.create_token(&anna(), name, "x").await;
        assert!(matches!(token, Err(RecordsError::NoSuchAccount(_))));
        let author = Author::new(name);
        practice.note_action(&author, Action::SignInFailed, None, name).await.expect("noted");
        let trail = practice.audit(AuditFilter::default()).await.expect("read");
        assert_eq!((trail[0].account.as_str(), trail[0].detail.as_str()), ("an\u{fffd}na", name));
        let filter = AuditFilter { account: Some(name.to_owned()), ..AuditFilter::default() };
        assert_eq!(practice.audit(filter).await.expect("read"), []);
        let refused = practice.create(&author, &crate::samples::named("A", "B")).await;
        assert!(matches!(refused, Err(RecordsError::Unwritable(_))));
        practice.close().await;
    })
    .await;
}

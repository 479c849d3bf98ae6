use needlepoint_records::{Practice, clinical::Patient};

use crate::{
    common::{Place, anna, on_every_database},
    samples::named,
};

async fn found(practice: &Practice, text: &str) -> Vec<String> {
    let found = practice.search_patients(text).await.expect("searched");
    found.into_iter().map(|document| document.content.family_name).collect()
}

#[tokio::test]
async fn patients_are_found_by_any_of_their_words() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let lodz = Patient {
            birth_date: Some(jiff::civil::date(1984, 2, 29)),
            phone: Some("+48 42 123".to_owned()),
            email: Some("Z@Example.org".to_owned()),
            ..named("Łódzka", "Zoë")
        };
        for patient in [&named("Müller", "Ana"), &named("Moller", "René"), &lodz] {
            practice.create(&anna(), patient).await.expect("written");
        }
        assert_eq!(found(&practice, "").await, ["Łódzka", "Moller", "Müller"]);
        assert_eq!(found(&practice, "muller").await, ["Müller"]);
        assert_eq!(found(&practice, " ANA  mü").await, ["Müller"]);
        assert_eq!(found(&practice, "rene moller").await, ["Moller"]);
        assert_eq!(found(&practice, "zoe lodz").await, ["Łódzka"]);
        assert_eq!(found(&practice, "1984-02-29").await, ["Łódzka"]);
        assert_eq!(found(&practice, "z@example").await, ["Łódzka"]);
        assert_eq!(found(&practice, "ller").await, ["Moller", "Müller"]);
        assert_eq!(found(&practice, "%").await, [""; 0]);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_list_follows_every_write() {
    on_every_database(async |place| {
        let practice = place.open().await;
        assert_eq!(found(&practice, "").await, [""; 0]);
        let a = practice.create(&anna(), &named("A", "x")).await.expect("written");
        let b = practice.create(&anna(), &named("B", "x")).await.expect("written");
        assert_eq!(found(&practice, "").await, ["A", "B"]);
        practice.update(&anna(), a.id, 1, &named("C", "x")).await.expect("written");
        assert_eq!(found(&practice, "").await, ["B", "C"]);
        assert_eq!(found(&practice, "a").await, [""; 0]);
        practice.erase(&anna(), b.id, 1).await.expect("erased");
        assert_eq!(found(&practice, "").await, ["C"]);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn several_servers_see_what_the_others_write() {
    let Some(place) = Place::postgres().await else { return };
    let (one, other) = (place.open().await, place.open().await);
    let a = one.create(&anna(), &named("A", "x")).await.expect("written");
    assert_eq!(found(&other, "").await, ["A"]);
    other.update(&anna(), a.id, 1, &named("B", "x")).await.expect("written");
    assert_eq!(found(&one, "").await, ["B"]);
    one.erase(&anna(), a.id, 2).await.expect("erased");
    assert_eq!(found(&other, "").await, [""; 0]);
    one.close().await;
    other.close().await;
}

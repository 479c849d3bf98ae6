//! Pictures that are more, or other, than pictures.

use std::io::Cursor;

use axum::http::StatusCode;
use image::{ImageFormat, Rgb, RgbImage};
use needlepoint_records::clinical::Photograph;

use super::{browser::Part, practice::Clinic};
use crate::{pages::drawn_again, refusal::Refusal};

/// What nobody must find in what is kept.
const TRACE: &[u8] = b"TAKEN-AT-48.13743-11.57549";

fn picture(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(32, 16, |x, y| Rgb([x as u8 * 8, y as u8 * 16, 90]));
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A photograph of a few pixels.
pub(super) fn small_jpeg() -> Vec<u8> {
    picture(ImageFormat::Jpeg)
}

/// A segment of a JPEG.
fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, contents].concat()
}

/// EXIF with an orientation and a place, little-endian.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let gps_at = 8 + 2 + 2 * 12 + 4;
    let text_at = gps_at + 2 + 12 + 4;
    let length = u32::try_from(TRACE.len()).unwrap();
    let at = |place: u32| place.to_le_bytes();
    [
        &b"Exif\0\0II*\0\x08\0\0\0\x02\0"[..],
        &entry(0x0112, 3, 1, [orientation, 0, 0, 0]),
        &entry(0x8825, 4, 1, at(gps_at)),
        &[0; 4],
        &[1, 0],
        &entry(0x001b, 7, length, at(text_at)),
        &[0; 4],
        TRACE,
    ]
    .concat()
}

/// A JPEG that says where it was taken, in four ways.
fn telling_jpeg(orientation: u8) -> Vec<u8> {
    let jpeg = small_jpeg();
    let xmp = [&b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>"[..], TRACE].concat();
    [
        &jpeg[..2],
        &segment(0xe1, &exif(orientation)),
        &segment(0xe1, &xmp),
        &segment(0xfe, TRACE),
        &jpeg[2..],
        TRACE,
    ]
    .concat()
}

fn png_chunk(kind: [u8; 4], contents: &[u8]) -> Vec<u8> {
    let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
    let named = [&kind[..], contents].concat();
    [&length[..], &named, &checksum(&named).to_be_bytes()].concat()
}

/// CRC-32 as PNG has it.
fn checksum(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// The head of a PNG of a size, in RGBA, and no more.
fn png_head(width: u32, height: u32, bits: u8) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[bits, 6, 0, 0, 0]].concat();
    let nearly_nothing = [0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1];
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &png_chunk(*b"IHDR", &head),
        &png_chunk(*b"IDAT", &nearly_nothing),
        &png_chunk(*b"IEND", &[]),
    ]
    .concat()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[test]
fn where_a_photograph_was_taken_is_gone_and_how_the_camera_was_held_is_kept() {
    for orientation in [1, 6, 8] {
        let telling = telling_jpeg(orientation);
        assert!(holds(&telling, TRACE));
        let kept = drawn_again(&telling).unwrap();
        let upright = if orientation == 1 { (32, 16) } else { (16, 32) };
        assert_eq!((kept.width, kept.height), upright, "{orientation}");
        for trace in [TRACE, b"Exif", b"xmpmeta", b"GPS"] {
            assert!(!holds(&kept.jpeg, trace), "{orientation}");
        }
    }
    let png = picture(ImageFormat::Png);
    let told = png_chunk(*b"tEXt", &[&b"Comment\0"[..], TRACE].concat());
    let telling = [&png[..33], &told, &png[33..], TRACE].concat();
    assert!(!holds(&drawn_again(&telling).unwrap().jpeg, TRACE));
}

#[test]
fn what_is_no_photograph_is_refused() {
    let html = b"<!DOCTYPE html><script>alert(1)</script>".to_vec();
    let svg =
        b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"
            .to_vec();
    let small = small_jpeg();
    let refused = [
        html,
        svg,
        b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
        b"BM\x3a\0\0\0\0\0\0\0".to_vec(),
        b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(),
        b"II*\0\x08\0\0\0".to_vec(),
        b"PK\x03\x04".to_vec(),
        b"%PDF-1.7".to_vec(),
        b"\x7fELF".to_vec(),
        vec![0xff, 0xd8, 0xff],
        vec![0; 5000],
        Vec::new(),
        small[..20].to_vec(),
        small[..small.len() / 3].to_vec(),
        png_head(0, 0, 8),
    ];
    for (n, bytes) in refused.iter().enumerate() {
        assert!(matches!(drawn_again(bytes), Err(Refusal::BadInput(_))), "{n}");
    }
}

#[test]
fn a_picture_that_says_it_is_enormous_is_not_read() {
    // The last one is as wide as is taken, and would take more than a gigabyte.
    for (width, height, bits) in [
        (u32::MAX, u32::MAX, 8),
        (0x7fff_ffff, 1, 8),
        (100_000, 100_000, 8),
        (12_001, 1, 8),
        (12_000, 12_000, 16),
    ] {
        let refusal = drawn_again(&png_head(width, height, bits)).unwrap_err();
        assert!(matches!(refusal, Refusal::BadInput(_)), "{width} {height}");
    }
}

#[test]
fn broken_pictures_break_nothing() {
    let jpeg = telling_jpeg(6);
    let png = picture(ImageFormat::Png);
    for whole in [&jpeg, &png] {
        for cut in (0..whole.len()).step_by(7) {
            let _ = drawn_again(&whole[..cut]);
            let mut altered = whole.clone();
            altered[cut] ^= 0x55;
            if let Ok(kept) = drawn_again(&altered) {
                assert!(kept.width.max(kept.height) <= 2048);
                assert!(!holds(&kept.jpeg, TRACE));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_of_an_upload_is_the_picture_alone() {
    let clinic = Clinic::new().await;
    let mut assistant = clinic.signed_in("assistant").await;
    let path = format!("/patients/{}/photographs", clinic.seen.patient);
    let hidden = [&telling_jpeg(1)[..], b"<script>alert(1)</script>PK\x03\x04"].concat();
    let reply = assistant.upload(&path, &[Part::file("photograph", "a.html", &hidden)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    let html = b"<html><script>alert(1)</script>";
    let reply = assistant.upload(&path, &[Part::file("photograph", "face.jpg", html)]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept: Vec<needlepoint_records::document::Document<Photograph>> =
        clinic.app.practice.of_patient(clinic.seen.patient).await.unwrap();
    assert_eq!(kept.len(), 2);
    for photograph in kept {
        let reply = assistant.get(&format!("{path}/{}", photograph.id)).await;
        assert_eq!(reply.header("content-type"), "image/jpeg");
        assert_eq!(reply.header("cache-control"), "no-store");
        for trace in [TRACE, b"<script", b"PK\x03\x04", b"a.html"] {
            assert!(!holds(&reply.bytes, trace));
        }
    }
    for entry in std::fs::read_dir(clinic.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for trace in [TRACE, b"Saga", &small_jpeg()[..60]] {
            assert!(!holds(&bytes, trace));
        }
    }
}

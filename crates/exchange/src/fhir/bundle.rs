//! The resources of a bundle, and where each can be found.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use needlepoint_records::Id;
use serde::Deserialize;
use serde_json::Value;

use super::{
    names,
    render::{self, DOCUMENT_VERSION, Key, derived},
    spot::{Spot, shortened},
};
use crate::{ExchangeError, json};

/// A bundle.
#[derive(Debug)]
pub(super) struct Bundle<'a> {
    /// When it was made, if it says so.
    pub(super) made_at: Option<Timestamp>,
    /// Its resources.
    pub(super) resources: Vec<Resource<'a>>,
    /// Which resource lies at an address.
    by_address: HashMap<String, usize>,
}

/// A resource.
#[derive(Debug)]
pub(super) struct Resource<'a> {
    /// Its elements.
    pub(super) spot: Spot<'a>,
    /// Its type.
    pub(super) kind: &'a str,
    /// What it stands for, if it was made by this program.
    pub(super) own: Option<Own>,
    /// Its identifier here: that of the document it stands for, its own if it is a UUID, else one made of its address.
    pub(super) id: Id,
}

/// What a resource stands for.
#[derive(Debug)]
pub(super) enum Own {
    /// A document.
    Document(Held),
    /// A part of a document, or a picture without a photograph.
    Piece(Key),
}

/// A document as it lies in an extension.
#[derive(Debug)]
pub(super) struct Held {
    /// Its identifier; a server may have given the resource another.
    pub(super) id: Id,
    /// The document with its version, as JSON.
    pub(super) bytes: Vec<u8>,
    /// The way to it.
    pub(super) place: String,
}

impl Held {
    fn read(bytes: Vec<u8>, place: &str) -> Result<Self, ExchangeError> {
        #[derive(Deserialize)]
        struct Head {
            document: Identified,
        }
        #[derive(Deserialize)]
        struct Identified {
            id: Id,
        }
        #[derive(Deserialize)]
        struct Version {
            version: u64,
        }
        let version = json::read::<Version>(&bytes).map_err(|error| within(place, &error))?.version;
        if version != DOCUMENT_VERSION {
            return Err(ExchangeError::OtherVersion { found: version, readable: DOCUMENT_VERSION });
        }
        let head: Head = json::read(&bytes).map_err(|error| within(place, &error))?;
        Ok(Self { id: head.document.id, bytes, place: place.to_owned() })
    }

    /// The document.
    pub(super) fn document<T: for<'de> Deserialize<'de>>(&self) -> Result<T, ExchangeError> {
        let held: render::Held<T> =
            json::read(&self.bytes).map_err(|error| within(&self.place, &error))?;
        Ok(held.document)
    }
}

/// What is wrong with a document within the bundle.
fn within(place: &str, error: &ExchangeError) -> ExchangeError {
    ExchangeError::Element {
        place: place.to_owned(),
        expected: "a document of Needlepoint".to_owned(),
        found: format!("something else ({})", error.to_string().trim_end_matches('.')),
    }
}

impl<'a> Bundle<'a> {
    /// Reads the entries of a bundle.
    pub(super) fn read(whole: &'a Value) -> Result<Self, ExchangeError> {
        let bundle = Spot::whole(whole);
        if bundle.text("resourceType")? != Some("Bundle") {
            let kind = bundle.member("resourceType")?;
            let expected = "a Bundle of HL7 FHIR";
            return Err(kind.map_or_else(
                || bundle.missing("resourceType", expected),
                |kind| kind.error(expected),
            ));
        }
        let made_at = bundle.when("timestamp")?.and_then(|when| when.instant());
        let (mut resources, mut by_address) = (Vec::new(), HashMap::new());
        for entry in bundle.items("entry")? {
            let Some(spot) = entry.member("resource")? else { continue };
            let at = resources.len();
            let (resource, addresses) = Resource::read(&entry, spot)?;
            for address in addresses {
                by_address.entry(address).or_insert(at);
            }
            resources.push(resource);
        }
        Ok(Self { made_at, resources, by_address })
    }

    /// The resource to which a member refers, if it is one of the bundle.
    pub(super) fn referred(
        &self,
        spot: &Spot<'_>,
        key: &str,
    ) -> Result<Option<&Resource<'a>>, ExchangeError> {
        let Some(reference) = spot.member(key)? else { return Ok(None) };
        let Some(address) = reference.text("reference")? else { return Ok(None) };
        let address = address.split("/_history/").next().unwrap_or(address);
        let relative = || {
            let mut ends = address.rsplitn(3, '/');
            let (id, kind) = (ends.next()?, ends.next()?);
            self.by_address.get(&format!("{kind}/{id}"))
        };
        let at = self.by_address.get(address).copied().or_else(|| relative().copied());
        Ok(at.map(|at| &self.resources[at]))
    }
}

impl<'a> Resource<'a> {
    fn read(entry: &Spot<'a>, spot: Spot<'a>) -> Result<(Self, Vec<String>), ExchangeError> {
        let expected = "a type of resource such as Patient";
        let kind =
            spot.text("resourceType")?.ok_or_else(|| spot.missing("resourceType", expected))?;
        let id = spot.text("id")?;
        let full_url = entry.text("fullUrl")?;
        let relative = id.map(|id| format!("{kind}/{id}"));
        let uuid = full_url.and_then(|url| url.strip_prefix("urn:uuid:")).or(id);
        let own = own(&spot)?;
        let identifier = match &own {
            Some(Own::Document(held)) => held.id,
            _ => uuid.and_then(|uuid| uuid.parse().ok()).unwrap_or_else(|| {
                derived(&["foreign", full_url.or(relative.as_deref()).unwrap_or(spot.place())])
            }),
        };
        let addresses = full_url.map(str::to_owned).into_iter().chain(relative).collect();
        Ok((Self { spot, kind, own, id: identifier }, addresses))
    }

    /// What it is called in a message.
    pub(super) fn title(&self) -> String {
        let id = self.spot.value().get("id").and_then(Value::as_str).unwrap_or_default();
        match id {
            "" => format!("{} ({})", self.kind, self.spot.place()),
            id => format!("{} {}", self.kind, shortened(id)),
        }
    }

    /// When it was written last, if it says so.
    pub(super) fn updated(&self) -> Result<Option<Timestamp>, ExchangeError> {
        let Some(meta) = self.spot.member("meta")? else { return Ok(None) };
        Ok(meta.when("lastUpdated")?.and_then(|when| when.instant()))
    }

    /// Its picture: whose, the how-manyth, and the bytes; none if it holds none.
    pub(super) fn picture(&self) -> Result<Option<(Id, u64, Vec<u8>)>, ExchangeError> {
        for extension in self.spot.items("extension")? {
            if extension.text("url")? == Some(names::PICTURE) {
                let photograph = nested_id(&extension, "photograph")?;
                let number = nested_number(&extension)?;
                let data =
                    self.spot.path(&["content"])?.map_or(Ok(None), |it| bytes(&it, "data"))?;
                return Ok(Some((photograph, number, data.unwrap_or_default())));
            }
        }
        Ok(None)
    }
}

/// What a resource stands for, as its extensions tell.
fn own(resource: &Spot<'_>) -> Result<Option<Own>, ExchangeError> {
    let mut own = None;
    for extension in resource.items("extension")? {
        match extension.text("url")? {
            Some(names::DOCUMENT) => {
                let expected = "a document of Needlepoint";
                let attachment = extension
                    .member("valueAttachment")?
                    .ok_or_else(|| extension.missing("valueAttachment", expected))?;
                let held = bytes(&attachment, "data")?
                    .ok_or_else(|| attachment.missing("data", expected))?;
                return Ok(Some(Own::Document(Held::read(held, attachment.place())?)));
            }
            Some(names::PART) => {
                let document = nested_id(&extension, "document")?;
                let name = nested(&extension, "name")?.text("valueCode")?.unwrap_or_default();
                let number = nested_number(&extension)?;
                own = Some(Own::Piece(Key::Part(document, name.to_owned(), number)));
            }
            Some(names::PICTURE) => {
                own = own.or(Some(Own::Piece(Key::Picture(nested_number(&extension)?))));
            }
            _ => {}
        }
    }
    Ok(own)
}

fn nested<'a>(extension: &Spot<'a>, url: &str) -> Result<Spot<'a>, ExchangeError> {
    for inner in extension.items("extension")? {
        if inner.text("url")? == Some(url) {
            return Ok(inner);
        }
    }
    Err(extension.missing("extension", &format!("an extension with the url \"{url}\"")))
}

fn nested_id(extension: &Spot<'_>, url: &str) -> Result<Id, ExchangeError> {
    let inner = nested(extension, url)?;
    let id = inner.text("valueId")?.and_then(|id| id.parse().ok());
    id.ok_or_else(|| inner.error("an identifier in valueId"))
}

fn nested_number(extension: &Spot<'_>) -> Result<u64, ExchangeError> {
    let inner = nested(extension, "number")?;
    let number = inner.whole_number("valueUnsignedInt")?;
    number.ok_or_else(|| inner.missing("valueUnsignedInt", "a whole number from 0"))
}

/// A member in base64; blanks within are allowed.
pub(super) fn bytes(spot: &Spot<'_>, key: &str) -> Result<Option<Vec<u8>>, ExchangeError> {
    let Some(text) = spot.text(key)? else { return Ok(None) };
    let solid: String = text.split_ascii_whitespace().collect();
    if let Ok(bytes) = STANDARD.decode(solid) {
        return Ok(Some(bytes));
    }
    let member = spot.member(key)?.unwrap_or_else(|| spot.clone());
    Err(member.error("data in base64"))
}

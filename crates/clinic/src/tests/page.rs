//! What a browser makes of a page: read by the rules that browsers read by.

use html5gum::{Token, Tokenizer};

/// A tag that opens.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute; empty if it is not there.
    pub(super) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// What a page holds.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) tags: Vec<Tag>,
    /// All text outside of tags, scripts and styles too.
    pub(super) text: String,
}

impl Page {
    pub(super) fn read(html: &str) -> Self {
        let mut page = Self::default();
        for token in Tokenizer::new(html) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    let attributes = tag.attributes.iter();
                    let attributes =
                        attributes.map(|(name, value)| (text(name), text(value))).collect();
                    page.tags.push(Tag { name: text(&tag.name), attributes });
                }
                Token::String(text) => page.text.push_str(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        page
    }

    /// Where its links lead, on this server.
    pub(super) fn links(&self) -> Vec<String> {
        let of = |name: &str, attribute: &str| -> Vec<String> {
            let tags = self.tags.iter().filter(|tag| tag.name == name);
            tags.map(|tag| tag.attribute(attribute).to_owned()).collect()
        };
        let mut links = of("a", "href");
        links.extend(of("img", "src"));
        links.retain(|link| link.starts_with('/'));
        links
    }

    /// Everything that would run, load or lead where it must not.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for tag in &self.tags {
            let said = format!("{tag:?}");
            let own = |value: &str| value.is_empty() || value.starts_with(['/', '#', '?']);
            let kept = match tag.name.as_str() {
                "script" => tag.attribute("src").starts_with("/assets/"),
                "style" | "base" | "iframe" | "object" | "embed" | "frame" => false,
                "meta" => tag.attribute("http-equiv").is_empty(),
                "link" => tag.attribute("href").starts_with("/assets/"),
                "img" => tag.attribute("src").starts_with("/patients/"),
                "form" => {
                    tag.attribute("action").starts_with('/') || tag.attribute("action").is_empty()
                }
                _ => true,
            };
            let attributes = tag.attributes.iter().all(|(name, value)| match name.as_str() {
                "style" | "srcdoc" => false,
                "href" | "src" | "action" | "formaction" | "xlink:href" => {
                    own(value)
                        || value.starts_with("https://")
                        || value.starts_with("mailto:")
                        || value.starts_with("tel:")
                }
                name => !name.starts_with("on"),
            });
            if !kept || !attributes {
                faults.push(said);
            }
        }
        faults
    }
}

#[test]
fn what_would_run_is_found() {
    for harmful in [
        "<script>alert(1)</script>",
        "<p title=\"a\"><img src=x onerror=alert(1)>",
        "<p style='color:red'>",
        "<a href='javascript:alert(1)'>",
        "<svg/onload=alert(1)>",
        "<form action='https://evil.example'>",
        "<base href='//evil.example'>",
        "<a href=\" java\nscript:alert(1)\">",
    ] {
        assert_eq!(Page::read(harmful).faults().len(), 1, "{harmful}");
    }
    let fine =
        "<a href='/a?b=&lt;script&gt;'>&lt;script&gt;</a><script src='/assets/1/a.js'></script>";
    let page = Page::read(fine);
    assert_eq!(page.faults(), [""; 0]);
    assert_eq!((page.text.as_str(), page.links().len()), ("<script>", 1));
}

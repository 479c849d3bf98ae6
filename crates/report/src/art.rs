//! A picture that can stand on the page or in a file of its own.

use maud::{Markup, PreEscaped, html};

use crate::{absorb, explore, page::STYLE, punctures, section::r1};

/// Family of the type in files: the subset that bitmaps use has the widths of all of these.
const FAMILY: &str = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/// Room around the picture in a file.
const MARGIN: f64 = 24.0;
/// Room for the heading in a file.
const HEAD: f64 = 58.0;

/// A picture: its inside in the page's colours, and its words.
pub(crate) struct Art {
    /// Width in the units of a page.
    pub(crate) width: f64,
    /// Height.
    pub(crate) height: f64,
    /// What it is.
    pub(crate) title: String,
    /// A line of facts below the title.
    pub(crate) facts: String,
    /// What it shows, for those who can't see it.
    pub(crate) desc: String,
    /// Elements of SVG.
    pub(crate) body: String,
}

impl Art {
    /// As part of a page whose theme it follows; `id` is unique there.
    pub(crate) fn inline(&self, id: &str) -> Markup {
        html! {
            svg.drawing role="img" viewBox={ "0 0 " (r1(self.width)) " " (r1(self.height)) }
                aria-labelledby={ (id) "-t " (id) "-d" } {
                title id={ (id) "-t" } { (self.title) }
                desc id={ (id) "-d" } { (self.desc) }
                (PreEscaped(&self.body))
            }
        }
    }

    /// As a file: with a heading, on paper, in the colours of the light theme.
    pub(crate) fn standalone(&self) -> String {
        let (width, height) =
            (r1(self.width + 2.0 * MARGIN), r1(self.height + 2.0 * MARGIN + HEAD));
        let svg = html! {
            svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height)
                viewBox={ "0 0 " (width) " " (height) } role="img" aria-labelledby="t d"
                font-family=(FAMILY) {
                title id="t" { (self.title) }
                desc id="d" { (self.desc) }
                rect width=(width) height=(height) fill="var(--card)" {}
                text x=(MARGIN) y=(MARGIN + 16.0) font-size="21" font-weight="bold" fill="var(--ink)" { (self.title) }
                text x=(MARGIN) y=(MARGIN + 38.0) font-size="14" fill="var(--ink-2)" { (self.facts) }
                g transform={ "translate(" (MARGIN) " " (MARGIN + HEAD) ")" } { (PreEscaped(&self.body)) }
            }
        };
        let svg = svg.into_string().replace(" font-family=\"inherit\"", "");
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", in_light_colours(&svg))
    }
}

/// The drawing with every colour of the page replaced by its value in the light theme.
fn in_light_colours(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("var(") {
        let (name, behind) = after.split_once(')').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(light(name).unwrap_or("currentColor"));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Value of a colour in the light theme: in the first rule of a style sheet of the page.
fn light(name: &str) -> Option<&'static str> {
    [STYLE, punctures::OWN_STYLE, absorb::OWN_STYLE, explore::OWN_STYLE].into_iter().find_map(
        |sheet| {
            let rule = sheet.split_once(":root {")?.1.split_once('}')?.0;
            rule.split(';').find_map(|line| {
                let (key, value) = line.trim().split_once(':')?;
                (key == name).then(|| value.trim())
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_the_light_theme_are_found_in_the_style_sheets() {
        assert_eq!(light("--card"), Some("#ffffff"));
        assert!(light("--depth-0").is_some_and(|colour| colour.starts_with('#')));
        assert_eq!(light("--nowhere"), None);
        assert_eq!(in_light_colours("<a fill=\"var(--card)\"/>"), "<a fill=\"#ffffff\"/>");
    }
}

//! A statement as a page that prints: no script, nothing from elsewhere, every text escaped.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::cell_text;
use super::sheet::{Column, Sheet};
use crate::tabular::{Cell, amount};

const STYLE: &str = "\
body{font:10pt/1.45 system-ui,sans-serif;color:#1b1f24;background:#fff;max-width:64rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem;margin:0 0 1rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0 0 1.5rem}\
dt{color:#57606a}dd{margin:0}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #d0d7de}thead{display:table-header-group}\
.n{text-align:right;white-space:nowrap}tfoot td{font-weight:600;border-top:2px solid #1b1f24;border-bottom:0}\
tr{break-inside:avoid}.nobody h1,.nobody tfoot td,.missing{color:#b3261e}\
@page{margin:15mm}@media print{body{margin:0;padding:0;max-width:none}}";

/// The whole page.
pub fn page(sheet: &Sheet) -> String {
    // The browser runs nothing and loads nothing, whatever a name contains: only this one style counts.
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let title = escaped(&sheet.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body{}>\n<main>\n<h1>{title}</h1>\n<dl>\n",
        if sheet.of_nobody { " class=\"nobody\"" } else { "" },
    );
    for (name, value) in &sheet.facts {
        let _ = writeln!(page, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
    }
    let kind = |column: usize| sheet.head.get(column).map_or(Column::Text, |(_, kind)| *kind);
    let class = |column: usize| if kind(column) == Column::Text { "" } else { " class=\"n\"" };
    let text = |column: usize, cell: &Cell| match (kind(column), cell) {
        (Column::Money, Cell::Number(money)) => amount(*money, sheet.decimals),
        _ => cell_text(cell),
    };
    let cell_of =
        |(column, cell): (usize, &Cell)| format!("<td{}>{}</td>", class(column), escaped(&text(column, cell)));
    page.push_str("</dl>\n<table>\n<thead><tr>");
    for (column, (name, _)) in sheet.head.iter().enumerate() {
        let _ = write!(page, "<th scope=\"col\"{}>{}</th>", class(column), escaped(name));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in &sheet.rows {
        let _ = writeln!(page, "<tr>{}</tr>", row.iter().enumerate().map(cell_of).collect::<String>());
    }
    page.push_str("</tbody>\n<tfoot><tr>");
    page.extend(sheet.total.iter().enumerate().map(cell_of));
    page.push_str("</tr></tfoot>\n</table>\n");
    for line in &sheet.missing {
        let _ = writeln!(page, "<p class=\"missing\">{}</p>", escaped(line));
    }
    page.push_str("<p>Before tax. All statements of the month add up to its total.</p>\n</main>\n</body>\n</html>\n");
    page
}

/// Foreign text that stays text.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in shared::json::printable(text).chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(
            escaped("<b>'x' & \"y\"</b>\u{202e}\0"),
            "&lt;b&gt;&#39;x&#39; &amp; &quot;y&quot;&lt;/b&gt;\u{fffd}\u{fffd}"
        );
        let hostile = "<script>alert(1)</script>";
        let sheet = Sheet {
            title: hostile.into(),
            facts: vec![("Fact", hostile.into())],
            head: vec![("Name", Column::Text)],
            decimals: 2,
            rows: vec![vec![hostile.into()]],
            total: vec![hostile.into()],
            of_nobody: true,
            missing: vec![hostile.into()],
        };
        let page = page(&sheet);
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 6);
    }
}

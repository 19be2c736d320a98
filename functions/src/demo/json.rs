//! Writes JSON text by hand, for answers whose key order and number text must be exact.
//! Strings go through serde_json where they need escaping and are copied where they do not.

/// `,"key":"value"`
pub fn field(out: &mut String, key: &str, value: &str) {
    out.push_str(",\"");
    out.push_str(key);
    out.push_str("\":");
    string(out, value);
}

/// A quoted string.
pub fn string(out: &mut String, value: &str) {
    if value.bytes().any(|b| b < 0x20 || b == b'"' || b == b'\\') {
        out.push_str(&serde_json::Value::from(value).to_string());
    } else {
        out.push('"');
        out.push_str(value);
        out.push('"');
    }
}

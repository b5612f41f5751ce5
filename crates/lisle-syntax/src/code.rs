//! The codes of the faults this crate reports: `E01xx`. A code is stable; a wording may improve.

/// A bracketed form is still open at the end of the text.
pub const UNTERMINATED_FORM: &str = "E0101";
/// A string is still open at the end of the text.
pub const UNTERMINATED_STRING: &str = "E0102";
/// The text ends after a prefix operator such as `'`.
pub const UNEXPECTED_END: &str = "E0103";
/// A closing bracket closes nothing.
pub const UNEXPECTED_CLOSER: &str = "E0104";
/// A numeric token is malformed or out of range.
pub const INVALID_NUMBER: &str = "E0105";
/// A colon without a name.
pub const INVALID_KEYWORD: &str = "E0106";
/// `@` before something that has no mutable sibling.
pub const INVALID_MUTABLE_PREFIX: &str = "E0107";
/// `;` where there is nothing to spread, most often meant as a comment.
pub const MISPLACED_SPLICE: &str = "E0108";
/// More levels of nesting than the reader's limit.
pub const NESTED_TOO_DEEP: &str = "E0109";
/// A control character outside strings and comments.
pub const CONTROL_CHARACTER: &str = "E0110";
/// The bytes are not UTF-8.
pub const INVALID_UTF8: &str = "E0111";
/// The text is longer than offsets can count.
pub const SOURCE_TOO_LONG: &str = "E0112";
/// The reader gave up after too many faults.
pub const TOO_MANY_FAULTS: &str = "E0113";
/// The epoch header is malformed, misplaced or names an epoch we do not know.
pub const EPOCH: &str = "E0120";
/// A form of an older epoch cannot be rewritten.
pub const EPOCH_REWRITE: &str = "E0121";

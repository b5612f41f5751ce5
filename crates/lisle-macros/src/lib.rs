//! The `#[primitives]` attribute: a native function's name, arity, parameter names, documentation,
//! signals and implementation stand in one place, and the table of them is made here.
//!
//! ```ignore
//! #[primitives]
//! pub mod numbers {
//!     use crate::{Cx, Escape, Value};
//!
//!     /// The next integer.
//!     ///
//!     /// (inc 1)  # => 2
//!     #[primitive(name = "inc", aliases("1+"), signals(error))]
//!     fn inc(cx: &mut Cx<'_>, n: i64) -> Result<Value, Escape> {
//!         Ok(Value::int(n.wrapping_add(1)))
//!     }
//! }
//! ```
//!
//! The module gets a `pub static NATIVES: &[Native]`. How many arguments a function takes and how they
//! are converted is said by the types of its parameters alone (`FromArg` in the VM), so this crate
//! needs to know nothing of them. Other crates than the VM write `#[primitives(crate = lisle_vm)]`.
#![forbid(unsafe_code)]

mod attribute;
mod expand;

use proc_macro::TokenStream;

/// Makes the table `NATIVES` from the functions of an inline module that are marked `#[primitive(…)]`.
///
/// `#[primitive]` takes `name = "…"` (default: the function's name with `-` for `_`), `aliases("…", …)`,
/// `signals(error, io, …)` and `errors_as = "…"`, the name that messages about wrong arguments use.
#[proc_macro_attribute]
pub fn primitives(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::primitives(attribute.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

//! What stands in the parentheses of `#[primitives(…)]` and `#[primitive(…)]`.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Path, Token, parenthesized};

/// The content of `#[primitives(…)]`.
pub(crate) struct Options {
    /// Where the VM's items are.
    pub(crate) vm: Path,
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Options> {
        if input.is_empty() {
            return Ok(Options { vm: syn::parse_quote!(crate) });
        }
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        Ok(Options { vm: input.call(Path::parse_mod_style)? })
    }
}

/// The content of `#[primitive(…)]`.
#[derive(Default)]
pub(crate) struct Primitive {
    pub(crate) name: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) signals: Vec<Ident>,
    pub(crate) errors_as: Option<LitStr>,
}

impl Parse for Primitive {
    fn parse(input: ParseStream<'_>) -> syn::Result<Primitive> {
        let mut primitive = Primitive::default();
        let mut seen: Vec<String> = Vec::new();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            if seen.contains(&key.to_string()) {
                return Err(syn::Error::new(key.span(), format!("`{key}` is given twice")));
            }
            match key.to_string().as_str() {
                "name" => primitive.name = Some(text(input)?),
                "errors_as" => primitive.errors_as = Some(text(input)?),
                "aliases" => primitive.aliases = list(input)?,
                "signals" => primitive.signals = list(input)?,
                _ => {
                    let message =
                        format!("unknown option `{key}`: expected `name`, `aliases`, `signals` or `errors_as`");
                    return Err(syn::Error::new(key.span(), message));
                }
            }
            seen.push(key.to_string());
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(primitive)
    }
}

impl Primitive {
    /// The name of the function, or the one given.
    pub(crate) fn name_or(&self, function: &Ident) -> LitStr {
        self.name.clone().unwrap_or_else(|| lisp_name(function))
    }
}

/// A Rust name as a Lisle name.
pub(crate) fn lisp_name(name: &Ident) -> LitStr {
    let text = name.to_string();
    LitStr::new(&text.trim_start_matches("r#").trim_start_matches('_').replace('_', "-"), Span::call_site())
}

fn text(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse::<Token![=]>()?;
    input.parse()
}

fn list<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let inside;
    parenthesized!(inside in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&inside)?.into_iter().collect())
}

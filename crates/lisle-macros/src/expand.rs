//! From an annotated module to the module with its table.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, FnArg, Item, ItemFn, ItemMod, Lit, LitStr, Meta, Pat, Path, Type};

use crate::attribute::{Options, Primitive, lisp_name};

/// Expands `#[primitives]` on a module.
pub(crate) fn primitives(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options: Options = syn::parse2(attribute)?;
    let mut module: ItemMod = syn::parse2(item)?;
    let Some((_, items)) = &mut module.content else {
        return Err(Error::new(module.span(), "`#[primitives]` needs an inline module: `mod name { … }`"));
    };
    let category = lisp_name(&module.ident);
    let mut entries = Vec::new();
    let mut errors: Option<Error> = None;
    for item in items.iter_mut() {
        let Item::Fn(function) = item else { continue };
        let Some(index) = function.attrs.iter().position(|a| a.path().is_ident("primitive")) else { continue };
        let attribute = function.attrs.remove(index);
        match entry(&options.vm, &category, &attribute, function) {
            Ok(entry) => entries.push(entry),
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                none => *none = Some(error),
            },
        }
    }
    if let Some(error) = errors {
        return Err(error);
    }
    let vm = &options.vm;
    items.push(syn::parse_quote! {
        /// The native functions of this module.
        pub static NATIVES: &[#vm::native::Native] = &[#(#entries),*];
    });
    Ok(quote!(#module))
}

/// The table's entry for one function.
fn entry(vm: &Path, category: &LitStr, attribute: &Attribute, function: &ItemFn) -> syn::Result<TokenStream> {
    let primitive: Primitive = match &attribute.meta {
        Meta::Path(_) => Primitive::default(),
        _ => attribute.parse_args()?,
    };
    let signature = &function.sig;
    if let Some(token) = &signature.asyncness {
        return Err(Error::new(token.span(), "a primitive cannot be async: it answers with a flow when it must wait"));
    }
    if !signature.generics.params.is_empty() {
        return Err(Error::new(signature.generics.span(), "a primitive cannot be generic"));
    }
    let mut inputs = signature.inputs.iter();
    if !inputs.next().is_some_and(is_context) {
        return Err(Error::new(signature.ident.span(), "the first parameter of a primitive is `cx: &mut Cx<'_>`"));
    }
    let parameters = inputs.map(parameter).collect::<syn::Result<Vec<_>>>()?;
    let types: Vec<&Type> = parameters.iter().map(|(_, ty)| *ty).collect();
    let places: Vec<Ident> = (0..types.len()).map(|i| quote::format_ident!("__argument_{i}")).collect();
    let names = parameters.iter().map(|(name, _)| lisp_name(name));
    let name = primitive.name_or(&signature.ident);
    let errors_as = primitive.errors_as.as_ref().unwrap_or(&name);
    let aliases = &primitive.aliases;
    let signals = signals(vm, &primitive.signals)?;
    let doc = doc(&function.attrs);
    let call = &signature.ident;
    // Names that no primitive has: its function must stay visible beside them.
    Ok(quote! {
        {
            const __ARITY: (u32, Option<u32>) =
                #vm::args::arity(&[#((<#types as #vm::args::FromArg>::MIN, <#types as #vm::args::FromArg>::MAX)),*]);
            fn __run(
                __cx: &mut #vm::Cx<'_>,
                __arguments: &[#vm::Value],
            ) -> ::std::result::Result<#vm::Value, #vm::Escape> {
                #vm::args::check_arity(__cx, __ARITY, __arguments)?;
                #[allow(unused_mut, unused_variables, reason = "functions without parameters take nothing from it")]
                let mut __rest = __arguments;
                #(let #places = <#types as #vm::args::FromArg>::take(__cx, #errors_as, &mut __rest)?;)*
                #vm::args::IntoAnswer::into_answer(#call(__cx, #(#places),*), __cx)
            }
            #vm::native::Native {
                name: #name,
                aliases: &[#(#aliases),*],
                min: __ARITY.0,
                max: __ARITY.1,
                params: &[#(#names),*],
                doc: #doc,
                category: #category,
                signals: #signals,
                run: __run,
            }
        }
    })
}

/// True for a parameter that is a mutable reference, as `cx: &mut Cx<'_>` is.
fn is_context(parameter: &FnArg) -> bool {
    matches!(parameter, FnArg::Typed(p) if matches!(&*p.ty, Type::Reference(r) if r.mutability.is_some()))
}

fn parameter(parameter: &FnArg) -> syn::Result<(&Ident, &Type)> {
    match parameter {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) => Ok((&name.ident, &typed.ty)),
            pattern => Err(Error::new(pattern.span(), "a primitive's parameter needs a plain name: help shows it")),
        },
        FnArg::Receiver(receiver) => Err(Error::new(receiver.span(), "a primitive is a function, not a method")),
    }
}

fn signals(vm: &Path, names: &[Ident]) -> syn::Result<TokenStream> {
    const KNOWN: [&str; 11] =
        ["error", "yield", "debug", "ffi", "halt", "io", "terminal", "exec", "fuel", "wait", "gpu"];
    let mut bits = quote!(0);
    for name in names {
        // `yield` is a reserved word of Rust, and may be written raw.
        let text = name.to_string();
        let text = text.trim_start_matches("r#");
        if !KNOWN.contains(&text) {
            return Err(Error::new(
                name.span(),
                format!("unknown signal `{text}`: expected one of {}", KNOWN.join(", ")),
            ));
        }
        let constant = Ident::new(&text.to_uppercase(), name.span());
        bits = quote!(#bits | #vm::signal::#constant);
    }
    Ok(bits)
}

/// The doc comment, without the space that starts each line.
fn doc(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(source: &str) -> String {
        let item: TokenStream = source.parse().expect("tokens");
        primitives(TokenStream::new(), item).expect_err("a fault").to_string()
    }

    #[test]
    fn faults_are_explained() {
        assert!(fault("mod x;").contains("needs an inline module"));
        assert!(fault("mod x { #[primitive] fn f(a: i64) {} }").contains("the first parameter"));
        assert!(fault("mod x { #[primitive(nam = \"f\")] fn f(cx: &mut Cx<'_>) {} }").contains("unknown option `nam`"));
        assert!(fault("mod x { #[primitive(name = \"f\", name = \"g\")] fn f(cx: &mut Cx<'_>) {} }").contains("twice"));
        assert!(
            fault("mod x { #[primitive(signals(eror))] fn f(cx: &mut Cx<'_>) {} }").contains("unknown signal `eror`")
        );
        assert!(fault("mod x { #[primitive] fn f<T>(cx: &mut Cx<'_>) {} }").contains("cannot be generic"));
        assert!(fault("mod x { #[primitive] fn f(cx: &mut Cx<'_>, (a, b): T) {} }").contains("plain name"));
    }

    #[test]
    fn names_come_from_the_function_unless_given() {
        let item = "mod str_ing { #[primitive] fn f_g(cx: &mut Cx<'_>, a_b: i64) {} }".parse().expect("tokens");
        let made = primitives(TokenStream::new(), item).expect("a module").to_string();
        assert!(made.contains("name : \"f-g\""));
        assert!(made.contains("category : \"str-ing\""));
        assert!(made.contains("\"a-b\""));
    }
}

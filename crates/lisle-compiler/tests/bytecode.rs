//! What programs compile to: listings of `tests/bytecode/*.lisp`, kept as snapshots beside them.

mod support;

use lisle_bytecode::disasm::disassemble;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/bytecode");

fn check(name: &str, text: &str) {
    let listing = match support::compile(text) {
        Ok(unit) => disassemble(&unit),
        Err(faults) => panic!("{name}: {faults:?}"),
    };
    damaged_code_is_refused_or_harmless(name, text);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, listing));
}

/// Neither the verifier nor the disassembler may panic on any words.
fn damaged_code_is_refused_or_harmless(name: &str, text: &str) {
    let Ok(mut unit) = support::compile(text) else { panic!("{name}") };
    for code in 0..unit.codes.len() {
        for word in 0..unit.codes[code].words.len() {
            let whole = unit.codes[code].words[word];
            for damage in [1, 0x10, 0x8000, 0x00ff_0000, 0x8000_0000, 0xffff_ffff] {
                unit.codes[code].words[word] = whole ^ damage;
                let _ = lisle_bytecode::verify::verify(&unit);
                if damage == 0x8000 {
                    disassemble(&unit);
                }
            }
            unit.codes[code].words[word] = whole;
        }
    }
}

macro_rules! programs {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let text = include_str!(concat!("../../../tests/bytecode/", stringify!($name), ".lisp"));
                check(stringify!($name), text);
            }
        )*

        #[test]
        #[expect(clippy::disallowed_methods, reason = "a test may look at its own folder")]
        fn every_program_is_checked() {
            let count = std::fs::read_dir(FOLDER)
                .expect("the folder is there")
                .filter(|entry| entry.as_ref().is_ok_and(|e| e.path().extension().is_some_and(|x| x == "lisp")))
                .count();
            assert_eq!(count, [$(stringify!($name)),*].len());
        }
    };
}
programs! { arithmetic calls closures handlers loops patterns tests }

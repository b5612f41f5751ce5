//! The modules below `std/`.

use lisle_runtime::{Options, Runtime, SimWorld};

/// What a program prints.
#[track_caller]
fn printed(program: &str) -> String {
    let world = SimWorld::in_order();
    let recorded = world.recorded();
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    match runtime.run_program("test.lisp", program.as_bytes()) {
        Ok(code) => assert_eq!((code, recorded.stderr().as_str()), (0, "")),
        Err(error) => panic!("{error}"),
    }
    recorded.stdout()
}

#[test]
fn every_module_can_be_imported() {
    for name in lisle_engine::image::standard_modules() {
        assert_eq!(printed(&format!("(println (closure? (import \"std/{name}\")))")), "true\n", "std/{name}");
    }
}

#[test]
fn versions_are_compared_by_precedence() {
    let program = r#"
        (def semver ((import "std/semver")))
        (println (semver:parse "1.2.3-a.1+b") (semver:valid? "1.2") (semver:valid? "01.2.3"))
        (println (map (fn [[a b]] (semver:compare a b))
                      [["1.2.0" "1.10.0"] ["1.0.0-alpha" "1.0.0"] ["1.0.0-alpha.1" "1.0.0-alpha.beta"]
                       ["1.0.0-2" "1.0.0-11"] ["1.0.0" "1.0.0+x"] ["2.0.0" "1.9.9"]]))
        (println (map (fn [[a b]] (semver:satisfies? a b))
                      [["1.2.3" "^1.0.0"] ["2.0.0" "^1.9.0"] ["0.2.5" "^0.2.1"] ["0.3.0" "^0.2.1"]
                       ["1.2.9" "~1.2.3"] ["1.3.0" "~1.2.3"] ["1.5.0" ">=1.0.0, <2.0.0"]]))
        (println (semver:increment "1.2.3-x" :minor) " " (try (semver:parse "x") (catch e e:error)))"#;
    let expected = "{:build \"b\" :major 1 :minor 2 :patch 3 :pre \"a.1\"}falsefalse\n[-1 -1 -1 -1 0 1]\n\
                    [true false true false true false true]\n1.3.0 semver-error\n";
    assert_eq!(printed(program), expected);
}

#[test]
fn base64_goes_both_ways() {
    let program = r#"
        (def b ((import "std/base64")))
        (def texts ["" "f" "fo" "foo" "foob" "fooba" "foobar"])
        (println (map b:encode texts))
        (println (= texts (map (fn [t] (string (b:decode (b:encode t)))) texts)))
        (println [(b:encode-url (bytes 251 255)) (= (bytes 251 255) (b:decode-url "-_8") (b:decode "+/8="))])
        (println (map (fn [t] (try (b:decode t) (catch e [e:reason e:position]))) ["ab!d" "a"]))"#;
    let expected =
        "[ Zg== Zm8= Zm9v Zm9vYg== Zm9vYmE= Zm9vYmFy]\ntrue\n[-_8 true]\n[[invalid-char 2] [invalid-length 1]]\n";
    assert_eq!(printed(program), expected);
}

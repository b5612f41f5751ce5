//! Special forms and predefined macros, for help. A test compares the names with the compiler's.

/// A form: its names, its shapes, what it does, and an example.
pub(super) struct Form {
    pub(super) names: &'static [&'static str],
    pub(super) usage: &'static str,
    pub(super) text: &'static str,
    /// Empty where nothing can be shown in one line.
    pub(super) example: &'static str,
}

macro_rules! forms {
    ($( $($name:literal)+ : $usage:literal, $text:literal, $example:literal; )*) => {
        pub(super) const FORMS: &[Form] =
            &[ $( Form { names: &[$($name),+], usage: $usage, text: $text, example: $example } ),* ];
    };
}

forms! {
    "def": "(def name value)", "Binds a name, or the names of a pattern. `@name` can be assigned to.",
        "(begin (def [a b] [1 2]) (+ a b))  # => 3";
    "var": "(var name value)", "As def with every name assignable.", "(begin (var n 1) (assign n 2))  # => 2";
    "defn": "(defn name [parameters] body...)", "Defines a function. A string before the body is its documentation.",
        "(begin (defn twice [n] (* 2 n)) (twice 4))  # => 8";
    "fn": "(fn [parameters] body...)",
        "A function. Parameters: required names or patterns, `&opt` ones, then `& rest`, `&keys k` or `&named a b`.",
        "((fn [a &opt b & more] [a b more]) 1)  # => [1 nil ()]";
    "let": "(let [pattern value ...] body...)", "Binds names one after the other, for the body.",
        "(let [a 1 b (+ a 1)] [a b])  # => [1 2]";
    "let*": "(let* [pattern value ...] body...)", "The same as let.", "(let* [a 1 b a] b)  # => 1";
    "letrec": "(letrec [name value ...] body...)", "As let, with all names visible in all values.",
        "(letrec [even (fn [n] (if (= n 0) true (odd (- n 1)))) odd (fn [n] (if (= n 0) false (even (- n 1))))] (even 4))  # => true";
    "assign": "(assign name value)", "Changes a variable that was bound as `@name`; gives the value.",
        "(let [@n 1] (assign n 5) n)  # => 5";
    "default": "(default name value)", "Assigns the value if the variable is nil.",
        "((fn [&opt @n] (default n 7) n))  # => 7";
    "parameterize": "(parameterize ((parameter value) ...) body...)",
        "Gives dynamic parameters other values while the body runs.",
        "(let [p (parameter 1)] (parameterize ((p 2)) (p)))  # => 2";
    "if": "(if test then else)", "One of two expressions. Only nil and false are false. Without else: nil.",
        "(if (> 2 1) :yes :no)  # => :yes";
    "cond": "(cond test value ... default)", "The value behind the first test that is true; the default if none is.",
        "(cond false 1 true 2)  # => 2";
    "when": "(when test body...)", "The body if the test is true; otherwise nil.", "(when true 1 2)  # => 2";
    "unless": "(unless test body...)", "The body if the test is false; otherwise nil.", "(unless false 1)  # => 1";
    "if-let": "(if-let [name value ...] then else)", "Binds names as long as the values are true; else otherwise.",
        "(if-let [n (find odd? [2 3])] n :none)  # => 3";
    "when-let": "(when-let [name value ...] body...)", "Binds names for the body; nil when a value is false.",
        "(when-let [n nil] n)  # => nil";
    "when-ok": "(when-ok [pattern value] body...)", "Binds the value for the body; nil if computing it raises an error.",
        "(when-ok [n (parse-int \"x\")] n)  # => nil";
    "case": "(case value key result ... default)", "The result behind the first key that is `=` to the value.",
        "(case 2 1 :one 2 :two)  # => :two";
    "match": "(match value pattern result ... )", "The result behind the first pattern that fits, with the names that it binds.",
        "(match [1 2] [a] a [a b] (+ a b) _ nil)  # => 3";
    "and": "(and value ...)", "The first value that is false, or the last one.", "(and 1 2)  # => 2";
    "or": "(or value ...)", "The first value that is true, or the last one.", "(or nil 2)  # => 2";
    "begin" "do": "(begin body...)", "Evaluates forms in order; gives the last value.", "(begin 1 2)  # => 2";
    "block": "(block :name body...)", "Evaluates forms in order; break leaves it. The name may be left out.",
        "(block :search (break :search 5) 6)  # => 5";
    "break": "(break :name value)", "Leaves the innermost block or loop, or that of the name, with the value or nil.",
        "(while true (break 3))  # => 3";
    "while": "(while test body...)", "Repeats the body as long as the test is true; gives nil.",
        "(let [@n 0] (while (< n 3) (assign n (+ n 1))) n)  # => 3";
    "forever": "(forever body...)", "Repeats the body until break.", "(forever (break 1))  # => 1";
    "repeat": "(repeat n body...)", "Repeats the body n times; gives nil.",
        "(let [out @[]] (repeat 2 (push out 1)) out)  # => @[1 1]";
    "each": "(each pattern in collection body...)",
        "Runs the body for each element: of lists, arrays, strings, bytes, sets, structs (as [key value]) and fibers.",
        "(let [@sum 0] (each n in [1 2 3] (assign sum (+ sum n))) sum)  # => 6";
    "->": "(-> value step ...)", "Hands the value through the steps, as the first argument of each.",
        "(-> 5 (- 1) inc)  # => 5";
    "->>": "(->> value step ...)", "Hands the value through the steps, as the last argument of each.",
        "(->> [1 2 3] (filter odd?) (map inc))  # => [2 4]";
    "as->": "(as-> value name step ...)", "Binds the name to the value of each step for the next.",
        "(as-> 1 n (+ n 1) (* n n))  # => 4";
    "some->": "(some-> value step ...)", "As `->`, ending with nil as soon as a value is nil.",
        "(some-> {:a nil} (get :a) inc)  # => nil";
    "some->>": "(some->> value step ...)", "As `->>`, ending with nil as soon as a value is nil.",
        "(some->> nil (map inc))  # => nil";
    "apply": "(apply f argument ... sequence)", "Calls a function with the arguments and the elements of the sequence.",
        "(apply + 1 [2 3])  # => 6";
    "splice": "(f (splice sequence)), (f ;sequence)", "Puts the elements of a sequence in place of an argument.",
        "(+ ;[1 2 3])  # => 6";
    "error": "(error value)", "Raises an error: any value, by convention a struct with `:error` and `:message`.",
        "(try (error {:error :oops}) (catch e e:error))  # => :oops";
    "try": "(try body... (catch pattern handler...))", "The value of the body, or that of the handler if the body raises an error.",
        "(try (/ 1 0) (catch {:error kind} kind))  # => :division-by-zero";
    "protect": "(protect body...)", "[true value], or [false error] if the body raises an error.",
        "(protect (error :x))  # => [false :x]";
    "defer": "(defer cleanup body...)", "Evaluates the body, then the cleanup, however the body ends.",
        "(let [out @[]] (defer (push out :after) (push out :body)) out)  # => @[:body :after]";
    "with": "(with name acquire release body...)", "Binds the name for the body, and calls release with it however the body ends.",
        "(let [out @[]] (with x 1 (fn [x] (push out x)) (push out :body)) out)  # => @[:body 1]";
    "yield": "(yield value)", "Suspends the fiber and hands the value to whoever resumed it; gives what it is resumed with.",
        "(fiber/resume (fiber/new (fn [] (yield 5)) :yield))  # => 5";
    "yield*": "(yield* fiber)", "Yields whatever the fiber yields; gives what it returns.",
        "(->list (stream/into-array (fiber/new (fn [] (yield* (fiber/new (fn [] (yield 1)) :yield))) :yield)))  # => (1)";
    "emit": "(emit :signal value)", "Emits a signal, as yield does for `:yield`.",
        "(fiber/resume (fiber/new (fn [] (emit :yield 5)) :yield))  # => 5";
    "signal": "(signal :name)", "Registers a signal of the program.", "(signal :tick)  # => :tick";
    "silence": "(silence), (silence parameter)", "Declares that the function emits no signals but errors, or that calls of the parameter do not. If they do, the caller gets a `:signal-violation` in their place.",
        "(try ((fn [] (silence) (yield 1))) (catch e e:error))  # => :signal-violation";
    "muffle": "(muffle :signal)", "Declares that the function keeps a signal to itself. Accepted without effect.",
        "((fn [] (muffle :yield) 1))  # => 1";
    "attune!": "(attune! :signal)", "Declares the signals of a function. Accepted without effect.",
        "((fn [] (attune! :yield) 1))  # => 1";
    "silent!": "(silent!)", "Declares a function without signals. Accepted without effect.", "((fn [] (silent!) 1))  # => 1";
    "numeric!": "(numeric!)", "Declares a function on numbers. Accepted without effect.", "((fn [] (numeric!) 1))  # => 1";
    "immutable!": "(immutable! name)", "Declares that a variable is not assigned to. Accepted without effect.",
        "((fn [x] (immutable! x) x) 1)  # => 1";
    "quote": "(quote datum), 'datum", "The datum itself, unevaluated.", "'(a 1)  # => ('a 1)";
    "quasiquote": "`datum", "The datum with the values of `,expression` and the elements of `,;expression` in it.",
        "`(1 ,(+ 1 1))  # => (1 2)";
    "unquote": ",expression", "Within a template: the value of the expression.", "`[1 ,(+ 1 1)]  # => [1 2]";
    "unquote-splicing": ",;expression", "Within a template: the elements of the value.", "`(1 ,;[2 3])  # => (1 2 3)";
    "eval": "(eval datum environment)", "Compiles and runs a datum. The symbol keys of the environment are variables in it.",
        "(eval '(+ a 1) {'a 1})  # => 2";
    "environment": "(environment)", "A struct of the variables that are visible here, by symbol.",
        "(let [x 1] (get (environment) 'x))  # => 1";
    "doc": "(doc name)", "The documentation of a function, form or macro, as a string.",
        "(string/starts-with? (doc inc) \"(inc n)\")  # => true";
    "defmacro" "define-macro": "(defmacro name [parameters] body...)",
        "Defines a macro: a function from the syntax of its arguments to the syntax that replaces the call.",
        "(begin (defmacro twice [e] `(begin ,e ,e)) (let [out @[]] (twice (push out 1)) out))  # => @[1 1]";
    "macro?": "(macro? name)", "True for the name of a macro, while the program is compiled.", "(macro? when)  # => true";
    "expand-macro": "(expand-macro 'form)", "The form as data, with its macros expanded.", "(expand-macro '(+ 1 2))  # => ('+ 1 2)";
    "begin-for-syntax": "(begin-for-syntax (def name value) ...)", "Defines values for the bodies of macros.",
        "(begin-for-syntax (def limit 5))  # => nil";
    "syntax-case": "(syntax-case syntax (pattern body) ...)", "The body behind the first pattern that fits, in a macro.", "";
    "include" "include-file": "(include \"module\"), (include-file \"path\")",
        "Puts the forms of another file here, before macros are expanded. At the top level only.", "";
}

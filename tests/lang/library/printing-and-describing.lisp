(string :a)   # => "a"
(string 'a)   # => "a"
(string nil true 1 1.0)   # => "niltrue11.0"
(string "a\"b")   # => "a\"b"
(string (list 1 "a" :b 'c))   # => "(1 a b c)"
(string [1 "a" :b 'c])   # => "[1 a b c]"
(string @[1 "a"])   # => "@[1 a]"
(string {:a "x" "k" :v 'q 'z})   # => "{'q 'z \"k\" :v :a \"x\"}"
(string @{:a 1})   # => "@{:a 1}"
(string |1 "a"|)   # => "|1 \"a\"|"
(string @|:a|)   # => "@|:a|"
(string (box "s"))   # => "<box s>"
(string (box :k))   # => "<box :k>"
(string (pair 1 2))   # => "(1 2)"
(string {:a (pair 1 2)})   # => "{:a (1 . 2)}"
(string (pair 1 (pair 2 3)))   # => "(1 2 3)"
(string {:a (pair 1 (pair 2 3))})   # => "{:a (1 2 . 3)}"
(string b[104 105])   # => "hi"
(string {:b b[1 2]})   # => "{:b b[1 2]}"
(string [b[104]])   # => "[h]"
(string @"é")   # => "é"
(string {:a @"é\"\\"})   # => "{:a @\"\\xc3\\xa9\\\"\\\\\"}"
(string {:a "x\ny"})   # => "{:a \"x⏎y\"}"
(string inc)   # => "<closure>"
(string first)   # => "<native-fn>"
(string (fiber/new (fn [] 1) :yield))   # => "<fiber:new>"
(string 3.0)   # => "3.0"
(string -0.0)   # => "-0.0"
(string 1e21)   # => "1000000000000000000000.0"
(string 0.0000001)   # => "0.0000001"
(string (/ 1.0 3))   # => "0.3333333333333333"
(string (inf) (-inf) (nan))   # => "inf-infNaN"
(length (string 1e300))   # => 303
(string ())   # => "()"
(string [[nil "a"] (list "b")])   # => "[[nil a] (b)]"
(let [a @[1]] (push a a) (string a))   # => "@[1 @[<cycle>]]"
(let [a @[1]] (push a a) a)   # => @[1 @[<cycle>]]
(let [a @{}] (put a :a a) (string a))   # => "@{:a @{<cycle>}}"
(let [b (box 1)] (rebox b b) (string b))   # => "<box <box <cycle>>>"
(string `x)   # => "#<syntax:x>"
(string)   # => ""
(any->string 1)   # => "1"
(symbol->string 'a)   # => "a"
(string @b[255])   # raises {:error :encoding-error :message "string: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(string @"\xff")   # => "xff"
(describe nil)   # => "<nil>"
(describe true)   # => "<boolean true>"
(describe 5)   # => "<integer 5>"
(describe 1.5)   # => "<float 1.5>"
(describe "abc")   # => "<string \"abc\" (3 chars)>"
(describe "abcdefghijklmnopqrstuvwxyz")   # => "<string \"abcdefghijklmnopqrst...\" (26 chars)>"
(describe "hé")   # => "<string \"hé\" (3 chars)>"
(describe @"x")   # => "<@string \"x\" (1 bytes)>"
(describe 'x)   # => "<symbol 'x>"
(describe :k)   # => "<keyword :k>"
(describe (list 1 2 3))   # => "<list (3 elements)>"
(describe ())   # => "<list (0 elements)>"
(describe [1 2])   # => "<array (2 elements)>"
(describe @[1])   # => "<@array (1 elements)>"
(describe {:a 1})   # => "<struct (1 entries)>"
(describe @{:a 1})   # => "<@struct (1 entries)>"
(describe |1|)   # => "<set (1 elements)>"
(describe @|1|)   # => "<@set (1 elements)>"
(describe b[1 2])   # => "<bytes (2 bytes)>"
(describe @b[1 2])   # => "<@bytes (2 bytes)>"
(describe (fn [a b] 1))   # => "<closure (arity 2)>"
(describe (fn [a & r] 1))   # => "<closure (arity 1 or more)>"
(describe (fn [a &opt r] 1))   # => "<closure (arity 1-2)>"
(describe (box 1))   # => "<cell>"
(describe (fiber/new (fn [] 1) :yield))   # => "<fiber>"
(describe first)   # => "<unknown>"
(describe (parameter 1))   # => "<unknown>"
(describe (pair 1 2))   # => "<list (1 elements)>"
(describe 2.0)   # => "<float 2>"
(pp "a")   # prints "a"
   # => "a"
(pp :a)   # prints :a
   # => :a
(pp 'a)   # prints 'a
   # => 'a
(pp 3.0)   # prints 3
   # => 3.0
(pp [1 "a" :b])   # prints [1 a :b]
   # => [1 "a" :b]
(pp (list 1 "a"))   # prints (1 "a")
   # => (1 "a")
(pp @["a"])   # prints @["a"]
   # => @["a"]
(pp {:a "x"})   # prints {:a "x"}
   # => {:a "x"}
(pp (range 40))   # prints [⏎  0⏎  1⏎  2⏎  3⏎  4⏎  5⏎  6⏎  7⏎  8⏎  9⏎  10⏎  11⏎  12⏎  13⏎  14⏎  15⏎  16⏎  17⏎  18⏎  19⏎  20⏎  21⏎  22⏎  23⏎  24⏎  25⏎  26⏎  27⏎  28⏎  29⏎  30⏎  31⏎  32⏎  33⏎  34⏎  35⏎  36⏎  37⏎  38⏎  39⏎]
   # => [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39]
(pp (apply list (range 40)))   # prints (⏎  0⏎  1⏎  2⏎  3⏎  4⏎  5⏎  6⏎  7⏎  8⏎  9⏎  10⏎  11⏎  12⏎  13⏎  14⏎  15⏎  16⏎  17⏎  18⏎  19⏎  20⏎  21⏎  22⏎  23⏎  24⏎  25⏎  26⏎  27⏎  28⏎  29⏎  30⏎  31⏎  32⏎  33⏎  34⏎  35⏎  36⏎  37⏎  38⏎  39⏎)
   # => (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39)
(pp (string/repeat "a" 70))   # prints "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."
   # => "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
(pp {:aaaaaaaaaaaaaaaaaaaaaaaa "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" :ccccccccccccccccccccccccccc "ddddddddddddddddddddddd"})   # prints {⏎  :aaaaaaaaaaaaaaaaaaaaaaaa "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"⏎  :ccccccccccccccccccccccccccc "ddddddddddddddddddddddd"⏎}
   # => {:aaaaaaaaaaaaaaaaaaaaaaaa "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" :ccccccccccccccccccccccccccc "ddddddddddddddddddddddd"}
(pp (list (list (list (list (list (list (list (list (list (list (list (list 1)))))))))))))   # prints (((((((((((...)))))))))))
   # => ((((((((((((1))))))))))))
(pp |1 "a"|)   # prints |1 a|
   # => |1 "a"|
(pp b[1])   # prints b[1]
   # => b[1]
(pp (box "a"))   # prints <box a>
   # => <box a>
(pp nil)   # prints nil
   # => nil
(string/starts-with? (string (gensym "p")) "p")   # => true

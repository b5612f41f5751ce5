"plain"                  # => "plain"
"tab\tquote\"back\\"     # => "tab	quote\"back\\"
"\q\x41\0"               # => "qx410"
"two
lines"                   # => "two⏎lines"
"joined\
line"                    # => "joined⏎line"
"日本語 é 👨‍👩‍👧"              # => "日本語 é 👨‍👩‍👧"
@"mutable"               # => @"mutable"
(length "👨‍👩‍👧")             # => 1
(let [f (fn [] @"x")] (push (f) "y") (f))  # => @"x"

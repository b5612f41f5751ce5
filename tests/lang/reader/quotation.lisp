'x                            # => 'x
'(a "b" :c 1)                 # => ('a "b" :c 1)
'[a @[b]]                     # => ['a @['b]]
'{:a b}                       # => ('struct :a 'b)
'|a|                          # => ('set 'a)
'b[1]                         # => ('bytes 1)
'@"s"                         # => "s"
''a                           # => ('quote 'a)
(= ''a '(quote a))            # => true
'(a . b)                      # => ('a '. 'b)
'nil                          # => nil
'(1 ,x ,;y `z ;w)             # => (1 ('unquote 'x) ('unquote-splicing 'y) ('quasiquote 'z) ('splice 'w))
`(1 ,(+ 1 1) ,;(list 3 4))    # => (1 2 3 4)
`(1 ,;[2 3] 4)                # => (1 2 3 4)
`[1 ,(+ 1 1)]                 # => [1 2]
(quote)                       # compile-error quote requires 1 argument
(quote a b)                   # compile-error quote requires 1 argument
(read "{:a [1 'b]}")          # => ('struct :a [1 ('quote 'b)])
(read-all "1 (a) \"s\"")      # => (1 ('a) "s")
(read "(1")                   # raises :read-error
(read "1 2")                  # raises :read-error
(read 5)                      # raises :type-error

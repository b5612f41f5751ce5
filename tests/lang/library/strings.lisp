(string/upcase "straße")   # => "STRASSE"
(string-upcase @"ab")   # => @"AB"
(string/uppercase 5)   # raises {:error :type-error :message "string-upcase: expected string or buffer, got integer"}
(string/lowercase 5)   # raises {:error :type-error :message "string-downcase: expected string or buffer, got integer"}
(string/downcase "ÀÉ")   # => "àé"
(string/trim "\t a\n ")   # => "a"
(string/trim 5)   # raises {:error :type-error :message "string-trim: expected string or buffer, got integer"}
(string/split "a,b,,c" ",")   # => ["a" "b" "" "c"]
(string/split "" ",")   # => [""]
(string/split "abc" "")   # raises {:error :argument-error :message "string-split: delimiter cannot be empty"}
(string/split @"a,b" ",")   # => ["a" "b"]
(string/split 5 ",")   # raises {:error :type-error :message "string-split: expected string or buffer, got integer"}
(string/split "a" 5)   # raises {:error :type-error :message "string-split: expected string or buffer, got integer"}
(string/join ["a" "b"] "-")   # => "a-b"
(string/join (list "a") "-")   # => "a"
(string/join @["a" "b"] @"-")   # => "a-b"
(string/join ["a" 1] "-")   # raises {:error :type-error :message "string-join: expected string, got integer"}
(string/join ["a" :b] "-")   # raises {:error :type-error :message "string-join: expected string, got keyword"}
(string/join [@"a"] "-")   # => "a"
(string/join "ab" "-")   # raises {:error :type-error :message "string-join: expected sequence (list, tuple, or array), got string"}
(string/join |"a"| "-")   # raises {:error :type-error :message "string-join: expected sequence (list, tuple, or array), got set"}
(string/join nil "-")   # raises {:error :type-error :message "string-join: expected sequence (list, tuple, or array), got nil"}
(string/join ["a"] 5)   # raises {:error :type-error :message "string-join: expected string, got integer"}
(string/join [] "-")   # => ""
(string/replace "aXbX" "X" "y")   # => "ayby"
(string/replace "a" "" "y")   # raises {:error :argument-error :message "string-replace: search string cannot be empty"}
(string/replace @"aXb" "X" "y")   # => @"ayb"
(string/replace "a" 5 "y")   # raises {:error :type-error :message "string-replace: expected string or buffer, got integer"}
(string/replace "a" "a" 5)   # raises {:error :type-error :message "string-replace: expected string or buffer, got integer"}
(string/replace 5 "a" "y")   # raises {:error :type-error :message "string-replace: expected string or buffer, got integer"}
(string/find "hello" "l")   # => 2
(string/find "hello" "l" 3)   # => 3
(string/find "hello" "z")   # => nil
(string/find "hello" "l" -1)   # => nil
(string/find "hello" "l" 99)   # => nil
(string/find "héllo" "l")   # => 2
(string/find "hello" "")   # => 0
(string/find "hello" "" 5)   # => 5
(string/find "hello" "" 6)   # => nil
(string/find 5 "l")   # raises {:error :type-error :message "string-find: expected string or buffer, got integer"}
(string/find "a" 5)   # raises {:error :type-error :message "string-find: expected string or buffer, got integer"}
(string/find "a" "a" :b)   # raises {:error :type-error :message "string-find: expected integer, got keyword"}
(string/index-of "abc" "c")   # => 2
(string/starts-with? "hello" "he")   # => true
(string/ends-with? "hello" "lo")   # => true
(string/starts-with? 5 "a")   # raises {:error :type-error :message "string-starts-with?: expected string or buffer, got integer"}
(string-ends-with? "a" 5)   # raises {:error :type-error :message "string-ends-with?: expected string or buffer, got integer"}
(string/contains? "abc" "b")   # => true
(string-contains? "abc" 5)   # raises {:error :type-error :message "string-contains?: expected string or buffer, got integer"}
(string/contains? {:a 1} :a)   # raises {:error :type-error :message "string-contains?: expected string or buffer, got struct"}
(string-contains? |1| 1)   # raises {:error :type-error :message "string-contains?: expected string or buffer, got set"}
(string/repeat "ab" 3)   # => "ababab"
(string/repeat "ab" 0)   # => ""
(string/repeat "ab" -1)   # raises {:error :type-error :message "string/repeat: count must be non-negative"}
(string/repeat @"ab" 2)   # raises {:error :type-error :message "string/repeat: expected string, got @string"}
(string/repeat "ab" 1.5)   # raises {:error :type-error :message "string/repeat: expected integer, got float"}
(string/repeat "ab" 9223372036854775807)   # raises {:error :argument-error :message "string/repeat: the result is larger than 1073741824 bytes"}
(string/size-of "hé")   # => 3
(string/size-of @"hé")   # => 3
(string/size-of 5)   # raises {:error :type-error :message "string/size-of: expected string, got integer"}
(uri-encode "a b/é~")   # => "a%20b%2F%C3%A9~"
(uri-encode 5)   # raises {:error :type-error :message "uri-encode: expected string or buffer, got integer"}
(uri-encode @"a b")   # => @"a%20b"
(update "abc" 1 string/upcase)   # => "aBc"
(keyword "a b")   # => :a b
(keyword :a)   # raises {:error :type-error :message "keyword: expected string, got keyword"}
(keyword 'a)   # raises {:error :type-error :message "keyword: expected string, got symbol"}
(string->keyword @"a")   # => :a
(@string 104 105)   # => @"hi"
(@string "a")   # => @"a"
(@string 256)   # raises {:error :argument-error :message "@string: byte 0 out of range 0-255: 256"}
(@string)   # => @""
(uri-encode "")   # => ""

(string/format "{} {}" 1 "a")   # => "1 a"
(string/format "{}" 1 2)   # raises {:error :format-error :message "string/format: expected 1 arguments, got 2"}
(string/format "abc" 1 2)   # => "abc"
(string/format "{a} {b}" :a 1 :b 2)   # => "1 2"
(string/format "{a}" :b 1)   # raises {:error :format-error :message "string/format: missing key 'a'"}
(string/format "{a}" :a 1 :b 2)   # raises {:error :format-error :message "string/format: unexpected key 'b'"}
(string/format "{a}" :a)   # raises {:error :format-error :message "string/format: odd number of keyword arguments"}
(string/format "{a} {}" :a 1)   # raises {:error :format-error :message "string/format: cannot mix positional and named arguments"}
(string/format "{{}}")   # => "{}"
(string/format "{")   # raises {:error :format-error :message "string/format: unmatched '{' in template"}
(string/format "}")   # raises {:error :format-error :message "string/format: unmatched '}' in template"}
(string/format "{:zz}" 1)   # raises {:error :format-error :message "string/format: invalid format spec 'zz'"}
(string/format "{:d}" "a")   # raises {:error :format-error :message "string/format: cannot format string with spec 'd'"}
(string/format "{:5d}|" 42)   # => "   42|"
(string/format "{:<5d}|" 42)   # => "42   |"
(string/format "{:^6d}|" 42)   # => "  42  |"
(string/format "{:*^6d}|" 42)   # => "**42**|"
(string/format "{:05d}" 42)   # => "00042"
(string/format "{:05d}" -5)   # => "000-5"
(string/format "{:x}" 255)   # => "ff"
(string/format "{:X}" 255)   # => "FF"
(string/format "{:o}" 8)   # => "10"
(string/format "{:b}" 5)   # => "101"
(string/format "{:x}" -1)   # => "ffffffffffffffff"
(string/format "{:f}" 3)   # => "3.0"
(string/format "{:.2f}" 3)   # => "3.00"
(string/format "{:e}" 12345)   # => "1.2345e4"
(string/format "{:.2f}" 3.14159)   # => "3.14"
(string/format "{}" 3.0)   # => "3"
(string/format "{}" 2.5)   # => "2.5"
(string/format "{:f}" 3.0)   # => "3"
(string/format "{:e}" 0.00012)   # => "1.2e-4"
(string/format "{:d}" 3.7)   # => "3"
(string/format "{:x}" 255.9)   # => "ff"
(string/format "{:.2e}" 12345.678)   # => "1.23e4"
(string/format "{:5}|" "ab")   # => "ab   |"
(string/format "{:>5}|" "ab")   # => "   ab|"
(string/format "{:.2s}" "abc")   # => "ab"
(string/format "{}" :k)   # => ":k"
(string/format "{}" [1 "a" :b])   # => "[1 a :b]"
(string/format "{}" {:a "x"})   # => "{:a \"x\"}"
(string/format "{}" nil)   # => "nil"
(string/format "{}" 'a)   # => "'a"
(string/format "{:.2}" [1 2 3])   # => "[1"
(string/format "{:10}|" :ab)   # => ":ab       |"
(string/format "{:d}" :ab)   # raises {:error :format-error :message "string/format: cannot format keyword with spec 'd'"}
(string/format 5)   # raises {:error :type-error :message "string/format: expected string, got integer"}
(string/format "{a}" "a" 1)   # raises {:error :type-error :message "string/format: expected keyword, got string"}
(string/format :a 1)   # raises {:error :type-error :message "string/format: expected string, got keyword"}
(string/format "{a:05d}" :a 7)   # => "00007"
(string/format "{:10.3f}|" 3.14159)   # => "     3.142|"
(string/format "{:99999999999999999999d}" 1)   # raises {:error :format-error :message "string/format: invalid format spec '99999999999999999999d'"}
(string/format "{:999999999999d}" 1)   # raises {:error :format-error :message "string/format: invalid format spec '999999999999d'"}
(string/format "{:s}" 5)   # raises {:error :format-error :message "string/format: cannot format integer with spec 's'"}
(string/format "{:d}" nil)   # raises {:error :format-error :message "string/format: cannot format nil with spec 'd'"}
(string/format @"{}" 1)   # => "1"
(string/format "{:é>4}" 1)   # => "ééé1"
(string/format "{:.0f}" 2.5)   # => "2"
(string/format "{}" (inf))   # => "inf"
(string/format "{:d}" (inf))   # => "9223372036854775807"
(string/format "{:f}" (nan))   # => "NaN"
(string/format "{: d}" 1)   # raises {:error :format-error :message "string/format: invalid format spec ' d'"}

use crate::natives::testing::check;

#[test]
fn elements_and_parts_of_sequences() {
    check(
        r#"
        (append (list 1) [2])    !>  {:error :type-error :message "append: both arguments must be same type, got list and array"}
        (append [1] (list 2))    !>  {:error :type-error :message "cannot combine array and list"}
        (append (list 1) (list 2))    =>  (1 2)
        (append [1] [2])    =>  [1 2]
        (append @[1] [2])    =>  @[1 2]
        (append @[1] (list 2))    !>  {:error :type-error :message "append: expected array or @array, got list"}
        (append @"a" "b")    =>  @"ab"
        (append b[1] b[2])    =>  b[1 2]
        (append {:a 1} {:b 2})    =>  {:a 1 :b 2}
        (append |1| |2|)    =>  |1 2|
        (concat [1] [2] [3])    =>  [1 2 3]
        (concat (list 1) [2])    !>  {:error :type-error :message "concat: argument 2 is array, expected list"}
        (concat "a" :b)    !>  {:error :type-error :message "concat: argument 2 is keyword, expected string"}
        (concat {:a 1} {:a 2})    =>  {:a 2}
        (first [])    !>  {:error :argument-error :message "first: empty sequence"}
        (first ())    !>  {:error :argument-error :message "first: empty sequence"}
        (first "")    !>  {:error :argument-error :message "first: empty sequence"}
        (first [1])    =>  1
        (first "hé")    =>  "h"
        (first nil)    !>  {:error :type-error :message "first: expected sequence (list, array, string, bytes), got nil"}
        (first {:a 1})    !>  {:error :type-error :message "first: expected sequence (list, array, string, bytes), got struct"}
        (first |1|)    !>  {:error :type-error :message "first: expected sequence (list, array, string, bytes), got set"}
        (rest [])    =>  []
        (rest ())    =>  ()
        (rest b[1 2])    =>  b[2]
        (rest nil)    !>  {:error :type-error :message "rest: expected sequence (list, array, string, bytes), got nil"}
        (second [1 2])    =>  2
        (second 5)    !>  {:error :argument-error :message "second: sequence has fewer than 2 elements"}
        (last [1 2])    =>  2
        (last [])    !>  {:error :argument-error :message "last: empty sequence"}
        (last "ab")    =>  "b"
        (butlast ())    =>  ()
        (butlast "日本語")    =>  "日本"
        (take 2 [1 2 3])    !>  {:error :type-error :message "take: Not a proper list"}
        (take -1 [1])    !>  {:error :argument-error :message "take: count must be non-negative, got -1"}
        (take 5 (list 1))    =>  (1)
        (drop 1 [1 2 3])    !>  {:error :type-error :message "drop: Not a proper list"}
        (drop 1 "abc")    !>  {:error :type-error :message "drop: Not a proper list"}
        (drop 1 (list 1 2))    =>  (2)
        (reverse [1 2])    =>  [2 1]
        (reverse (list 1 2))    =>  (2 1)
        (reverse "añb")    =>  "bña"
        (reverse |1|)    !>  {:error :type-error :message "reverse: expected sequence (list, array, string, bytes), got set"}
        (length "héé")    =>  3
        (length :abc)    =>  3
        (length {:a 1})    =>  1
        (length nil)    =>  0
        (length 5)    !>  {:error :type-error :message "expected collection type, got integer"}
        (empty? "")    =>  true
        (empty? {})    =>  true
        (empty? 5)    !>  {:error :type-error :message "expected collection type, got integer"}
        (empty? nil)    !>  {:error :type-error :message "expected collection type, got nil"}
        (slice [1 2 3 4] 1)    =>  [2 3 4]
        (slice [1 2 3 4] -2)    =>  [3 4]
        (slice [1 2 3 4] 3 1)    =>  []
        (slice [1 2] 0 99)    =>  [1 2]
        (slice "héllo" 1 3)    =>  "él"
        (slice (list 1 2 3) 1)    =>  (2 3)
        (slice b[1 2 3] 0 2)    =>  b[1 2]
        (slice "日本語" 1)    =>  "本語"
        (->array (list 1 2))    =>  [1 2]
        (->array "ab")    =>  ["a" "b"]
        (->array {:a 1})    =>  [[:a 1]]
        (->array |2 1|)    =>  [1 2]
        (->array @[1])    =>  [1]
        (->list {:a 1})    =>  ([:a 1])
        (->list 5)    !>  {:error :type-error :message "expected collection, got integer"}
        (list)    =>  ()
        (%pair 1 2)    =>  (1 . 2)
        "#,
    );
}

#[test]
fn get_reads_by_index_or_key() {
    check(
        r#"
        (get [1 2] 5)    =>  nil
        (get [1 2] 5 :d)    =>  :d
        (get [1 2] -1)    =>  2
        (get [1 2] :a)    !>  {:error :type-error :message "get: array index must be integer, got keyword"}
        (get (list 1 2) 1)    =>  2
        (get (list 1 2) 7)    =>  nil
        (get nil :a)    !>  {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got nil"}
        (get "héy" 1)    =>  "é"
        (get "日本語" -1)    =>  "語"
        (get b[1] 5)    !>  {:error :argument-error :message "get: index 5 out of bounds (length 1)"}
        (get b[1] 5 9)    !>  {:error :argument-error :message "get: index 5 out of bounds (length 1)"}
        (get |1| 1)    !>  {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got set"}
        (get {:a nil} :a 5)    =>  nil
        (get {:a 1} "a")    =>  nil
        (get {1 :int} 1.0)    !>  {:error :type-error :message "struct keys must be immutable (got float)"}
        "#,
    );
}

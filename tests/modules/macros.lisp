(defmacro unless-zero [n & body] `(unless (= ,n 0) ,;body))
(defn included-helper [x] (* x 2))

# Prints nested data in the manner of JSON, in one line where it fits.

(def width 48)

(defn quoted [text]
  (string "\"" (-> text (string/replace "\\" "\\\\") (string/replace "\"" "\\\"") (string/replace "\n" "\\n")) "\""))

(defn key-text [k] (quoted (string k)))

(defn flat [v]
  "v in one line."
  (match (type-of v)
    (or :struct :@struct) (string "{" (string/join (map (fn [[k x]] (string (key-text k) ": " (flat x))) (pairs v)) ", ") "}")
    (or :array :@array :list) (string "[" (string/join (map flat v) ", ") "]")
    (or :string :@string) (quoted v)
    (or :keyword :symbol) (quoted (string v))
    :nil "null"
    _ (string v)))

(defn pretty [v indent]
  "v in as many lines as it needs; indent is what stands before the lines after the first."
  (let [line (flat v) inner (string indent "  ")]
    (if (<= (+ (length indent) (length line)) width)
      line
      (match (type-of v)
        (or :struct :@struct)
        (let [rows (map (fn [[k x]] (string inner (key-text k) ": " (pretty x inner))) (pairs v))]
          (string "{\n" (string/join rows ",\n") "\n" indent "}"))
        (or :array :@array :list)
        (string "[\n" (string/join (map (fn [x] (string inner (pretty x inner))) (->list v)) ",\n") "\n" indent "]")
        _ line))))

(println (pretty {:name "Lisle" :version [0 1 0] :stable false :licence nil} ""))
(println (pretty {:title "An inventory"
                  :empty {:list [] :struct {}}
                  :items [{:name "rope" :length 12.5 :tags [:tool :climbing]}
                          {:name "lamp" :note "says \"hello\"\nwhen lit" :tags []}
                          {:name "map" :scale 25000 :covers ["north" "south" "east" "west" "coast" "islands"]}]}
                 ""))

# The report shows the innermost place in the program, and the calls that led there.
(defn parse-port [text]
  (+ 0 (parse-int text)))

(defn load [settings]
  (let [port (parse-port (get settings "port"))]
    [:port port]))

(println "starting")
(println (load {"port" "80x"}))

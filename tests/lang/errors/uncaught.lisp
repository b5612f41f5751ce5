## status 1
## stdout before
## stderr ✗ Runtime error: {:error :argument-error :message "first: empty sequence"}
## stderr handle
(defn handle [item] (first item))
(println "before")
(handle [])
(println "after")

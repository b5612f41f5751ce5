# Running other files.

(defn %raised-by-import? [e]
  "True for an error that passes through `import` as it is: one that import raised further in, or the end of the fiber."
  (and (struct? e)
       (match (get e :error)
         (or :eval-error :aborted :shutdown) true
         :io-error (string/starts-with? (string (get e :message)) "import:")
         _ false)))

(defn import [spec]
  "Finds a file, compiles and runs it, and gives the value of its last form.
  (let [[_ e] (protect (import \"no/such/module\"))] e:error)  # => :io-error
  (import \"no/such/module\")  # raises :io-error
  (import 5)  # raises :type-error"
  (let [[run path] (%load spec)]
    (%load-enter path)
    (defer (%load-leave path)
      (try (run)
        (catch e
          (if (%raised-by-import? e)
            (error e)
            (error {:error :eval-error
                    :path path
                    :cause e
                    :message (string/format "import: error in {}: {}" path e)})))))))

(alias import-file import)
(alias module/import import)

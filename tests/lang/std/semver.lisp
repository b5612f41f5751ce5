(def semver ((import "std/semver")))
(semver:parse "1.2.3")   # => {:build nil :major 1 :minor 2 :patch 3 :pre nil}
(semver:parse "01.2.3")   # raises {:error :semver-error :input "01.2.3" :message "semver: not a version: 01.2.3"}
(semver:parse "1.2.3-01")   # raises {:error :semver-error :input "1.2.3-01" :message "semver: not a version: 1.2.3-01"}
(semver:parse "1.2.3-a_b")   # raises {:error :semver-error :input "1.2.3-a_b" :message "semver: not a version: 1.2.3-a_b"}
(semver:parse "99999999999999999999.0.0")   # raises {:error :semver-error :input "99999999999999999999.0.0" :message "semver: not a version: 99999999999999999999.0.0"}
(semver:parse 5)   # raises {:error :semver-error :input 5 :message "semver: not a version: 5"}
(semver:parse "1.2.3+")   # raises {:error :semver-error :input "1.2.3+" :message "semver: not a version: 1.2.3+"}
(semver:parse "1.2.3-")   # raises {:error :semver-error :input "1.2.3-" :message "semver: not a version: 1.2.3-"}
(semver:parse "1.2.3--")   # => {:build nil :major 1 :minor 2 :patch 3 :pre "-"}
(semver:compare "1.0.0-alpha" "1.0.0-alpha.1")   # => -1
(semver:compare "1.0.0-alpha.1" "1.0.0-alpha.beta")   # => -1
(semver:compare "1.0.0-beta.2" "1.0.0-beta.11")   # => -1
(semver:compare "1.0.0-rc.1" "1.0.0")   # => -1
(semver:compare "1.0.0+a" "1.0.0+b")   # => 0
(semver:satisfies? "2.0.0-alpha" "^1.2.3")   # => false
(semver:satisfies? "1.9.9" "^1.2.3")   # => true
(semver:satisfies? "0.2.4" "^0.2.3")   # => true
(semver:satisfies? "0.3.0" "^0.2.3")   # => false
(semver:satisfies? "0.0.4" "^0.0.3")   # => false
(semver:satisfies? "1.2.9" "~1.2.3")   # => true
(semver:satisfies? "1.3.0" "~1.2.3")   # => false
(semver:satisfies? "1.2.3" "1.2.3")   # => true
(semver:satisfies? "1.2.3" " >= 1.0.0 , < 2.0.0 ")   # => true
(semver:satisfies? "1.2.3" "")   # raises {:error :semver-error :input "" :message "semver: not a version: "}
(semver:increment "1.2.3-rc.1" :patch)   # => "1.2.4"
(semver:increment "1.2.3" :major)   # => "2.0.0"
(semver:increment "1.2" :major)   # raises {:error :semver-error :input "1.2" :message "semver: not a version: 1.2"}

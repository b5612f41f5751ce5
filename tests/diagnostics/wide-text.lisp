(println "日本語" (undefined-name 1))
	(println   other-name)

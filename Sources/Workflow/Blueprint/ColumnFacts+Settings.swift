import SQL

extension ColumnFacts {
    /// What the column has beside its type, NOT NULL and default, in words; a column made of others has none of it.
    package var settings: [String] {
        var settings: [String] = []
        if domainBase != nil { settings.append("the constraints of the domain \(type.text)") }
        if let collation { settings.append("collation \(collation)") }
        if comment != nil { settings.append("comment") }
        if let storage { settings.append("storage \(storage)") }
        if let compression { settings.append("compression \(compression)") }
        if statisticsTarget != nil { settings.append("statistics target") }
        if let options { settings.append("options \(options.text)") }
        return settings
    }
}

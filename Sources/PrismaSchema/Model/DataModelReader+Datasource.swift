import SQL

extension DataModelReader {
    mutating func readDatasource() {
        var first: Span?
        for settings in syntax.settings where settings.isDatasource {
            if let first {
                findings.addDuplicate("a schema has one datasource", of: first, at: settings.name.span)
                continue
            }
            first = settings.name.span
            read(settings)
        }
        for settings in syntax.settings { checkKeys(of: settings) }
    }

    private mutating func read(_ settings: SettingsSyntax) {
        var hasProvider = false
        for (key, value) in settings.entries {
            switch key.text {
            case "provider":
                hasProvider = true
                readProvider(value)
            case "schemas": model.schemas = names(value)
            case "relationMode": readRelationMode(value)
            case "extensions": readExtensions(value)
            // Where the database is: Prisma's own matter, and in version 7 not in this file.
            default: break
            }
        }
        if !hasProvider {
            findings.add(
                .provider,
                "the datasource has no provider",
                at: settings.name.span,
                fix: "provider = \"postgresql\""
            )
        }
    }

    private mutating func readProvider(_ value: ExpressionSyntax) {
        // Prisma 2 allowed a list; its first element was what counted.
        guard let text = findings.string(findings.list(value)?.first) else { return }
        if text != "postgresql", text != "postgres" {
            findings.add(.provider, "the provider '\(text)' is not PostgreSQL", at: value.span)
        }
    }

    private mutating func readRelationMode(_ value: ExpressionSyntax) {
        switch findings.string(value) {
        case "prisma": model.hasForeignKeys = false
        case "foreignKeys", nil: break
        case let other?:
            findings.add(
                .setting,
                "'\(other)' is no relation mode",
                at: value.span,
                fix: "use \"foreignKeys\" or \"prisma\""
            )
        }
    }

    /// Prisma sorts the schemas by name.
    private mutating func names(_ value: ExpressionSyntax) -> [Identifier] {
        var names: [Identifier] = []
        for element in findings.list(value) ?? [] {
            guard let name = identifier(element) else { continue }
            if names.contains(name) {
                findings.add(.duplicate, "the schema '\(name)' is listed twice", at: element.span)
            } else {
                names.append(name)
            }
        }
        return names.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Extensions by name, or with arguments: `[citext, uuid(map: "uuid-ossp", schema: "base", version: "1.1")]`.
    private mutating func readExtensions(_ value: ExpressionSyntax) {
        for element in findings.list(value) ?? [] {
            switch element.value {
            case .constant(let word):
                if let name = identifier(word, at: element.span) { model.extensions.append(Extension(name: name)) }
            case .call(let word, let arguments):
                let attribute = AttributeSyntax(name: word, arguments: arguments, span: element.span)
                var reader = ArgumentReader(attribute, sign: "")
                let mapped = reader.take("map")
                let schema = reader.take("schema")
                let version = reader.take("version")
                reader.finish(&findings)
                let name = mapped == nil ? identifier(word, at: element.span) : identifier(mapped)
                guard let name else { continue }
                let read = Extension(name: name, schema: identifier(schema), version: findings.string(version))
                model.extensions.append(read)
            default: findings.add(.setting, "an extension is named by a word", at: element.span)
            }
        }
    }

    private mutating func checkKeys(of settings: SettingsSyntax) {
        var first: [String: Span] = [:]
        for (key, _) in settings.entries {
            if let place = first[key.text] {
                findings.addDuplicate("the setting '\(key.text)' is given twice", of: place, at: key.span)
            } else {
                first[key.text] = key.span
            }
        }
    }

    /// The database schema of a block.
    mutating func schema(_ attribute: AttributeSyntax?, of name: NameSyntax) -> Identifier? {
        guard let attribute else {
            if !model.schemas.isEmpty {
                findings.add(
                    .namespace,
                    "'\(name.text)' does not say in which schema it is",
                    at: name.span,
                    fix: "add @@schema(\"\(model.schemas[0])\")"
                )
            }
            return nil
        }
        var reader = ArgumentReader(attribute, sign: "@@")
        let argument = reader.takeFirst("map")
        reader.finish(&findings)
        guard let argument, let schema = identifier(argument) else {
            if argument == nil { findings.add(.argument, "@@schema needs a name", at: attribute.span) }
            return nil
        }
        if !model.schemas.contains(schema) {
            let fix = "add \"\(schema)\" to schemas in the datasource"
            findings.add(.namespace, "the datasource does not list the schema '\(schema)'", at: argument.span, fix: fix)
        }
        return schema
    }
}

import SQL

extension DataModelReader {
    mutating func readEnum(_ index: Int) {
        let block = syntax.enums[index]
        let attributes = attributes(block.attributes, allowing: ["map", "schema", "ignore"])
        let schema = schema(attributes["schema"], of: block.name)
        var declaration = EnumDeclaration(
            name: block.name.text,
            databaseName: QualifiedName(
                schema: schema,
                // A name that is refused is a finding, and the model is thrown away.
                name: mappedName(block.name, attributes["map"], sign: "@@") ?? Identifier(shortening: "unnamed")
            )
        )
        var first: [String: Span] = [:]
        for value in block.values {
            if let place = first[value.name.text] {
                findings.addDuplicate(
                    "the enum has the value '\(value.name.text)' already",
                    of: place,
                    at: value.name.span
                )
                continue
            }
            first[value.name.text] = value.name.span
            let attributes = self.attributes(value.attributes, allowing: ["map"])
            let name = mappedName(value.name, attributes["map"], sign: "@")
            declaration.values.append(EnumValue(name: value.name.text, databaseName: name?.name ?? value.name.text))
        }
        if block.values.isEmpty {
            findings.add(.type, "the enum '\(block.name.text)' has no values", at: block.name.span)
        }
        model.enums.append(declaration)
    }
}

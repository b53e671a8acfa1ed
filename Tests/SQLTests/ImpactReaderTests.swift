import Testing

@testable import SQL

/// What a further column of a table changes in bodies and statements: `person`, which has `id` and `name`, gets `title`.
@Suite struct ImpactReaderTests {
    static let table = GrownTable(
        name: QualifiedName(schema: Identifier(shortening: "app"), name: Identifier(shortening: "person")),
        columns: [Identifier(shortening: "title")],
        losesColumn: true,
        neighbours: [
            neighbour("app", "job", ["title"]), neighbour("other", "person", []), neighbour("other", "job", []),
        ]
    )

    private static func neighbour(_ schema: String, _ name: String, _ columns: [String]) -> GrownTable.Neighbour {
        GrownTable.Neighbour(
            name: QualifiedName(schema: Identifier(shortening: schema), name: Identifier(shortening: name)),
            columns: columns.map { Identifier(shortening: $0) }
        )
    }

    static let path = SearchPath(schemas: ["app", "public"], isFixed: false)

    /// Effects in short: the word, and the name or relation it is about.
    static func effects(_ impacts: [ColumnImpact]?) -> [String] {
        guard let impacts else { return ["unparsed"] }
        return impacts.map { impact in
            switch impact.effect {
            case .inserted(let relation): "\(impact.line) into \(relation)"
            case .returned: "\(impact.line) returned"
            case .assigned: "\(impact.line) assigned"
            case .combined: "\(impact.line) combined"
            case .compared: "\(impact.line) compared"
            case .positional: "\(impact.line) positional"
            case .naturallyJoined(let name): "\(impact.line) natural \(name)"
            case .ambiguous(let name, let instead):
                "\(impact.line) ambiguous \(name)" + (instead.map { " = \($0)" } ?? "")
            case .captured(let name, let instead):
                "\(impact.line) captured \(name)" + (instead.map { " = \($0)" } ?? "")
            case .unread: "\(impact.line) unread"
            }
        }
    }

    // MARK: - Statements

    static let statements: [(String, [String])] = [
        // Rows in a fixed shape.
        ("SELECT * FROM person", []),
        ("INSERT INTO old_person SELECT * FROM person WHERE id = $1", ["1 into old_person"]),
        ("INSERT INTO old_person SELECT p.*, now() FROM person p", ["1 into old_person"]),
        ("INSERT INTO old_person SELECT p.id, p.name FROM person p", []),
        ("INSERT INTO old_person (id, name) SELECT j.* FROM person p JOIN job j ON j.id = p.id", []),
        ("INSERT INTO old_person TABLE person", ["1 into old_person"]),
        ("INSERT INTO old_person SELECT (p).* FROM person p", ["1 into old_person"]),
        (
            "WITH gone AS (DELETE FROM person RETURNING *) INSERT INTO old_person SELECT * FROM gone",
            ["1 into old_person"]
        ),
        ("WITH gone AS (DELETE FROM person RETURNING id) INSERT INTO old_person SELECT * FROM gone", []),
        ("WITH person AS (SELECT 1) INSERT INTO old_person SELECT * FROM person", []),
        ("INSERT INTO old_person SELECT * FROM (SELECT * FROM person) s", ["1 into old_person"]),
        ("INSERT INTO old_person SELECT * FROM other.person", []),
        ("INSERT INTO old_person SELECT * FROM person2", []),
        ("INSERT INTO app.old_person SELECT * FROM app.person -- person", ["1 into old_person"]),
        ("INSERT INTO person SELECT * FROM person WHERE id < 3", []),
        ("INSERT INTO person SELECT * FROM old_person", ["1 positional"]),
        ("INSERT INTO person VALUES (1, 'x')", ["1 positional"]),
        ("INSERT INTO person (id, name) VALUES (1, 'x')", []),
        ("INSERT INTO person DEFAULT VALUES", []),
        ("COPY person FROM STDIN", ["1 positional"]), ("COPY person (id) FROM STDIN", []),
        ("SELECT * FROM person UNION ALL SELECT * FROM old_person", ["1 combined"]),
        ("SELECT * FROM person UNION ALL SELECT * FROM person", []),
        ("SELECT id FROM person UNION SELECT id FROM job", []),
        ("SELECT 1 WHERE 1 IN (SELECT * FROM person)", ["1 compared"]),
        ("SELECT 1 WHERE EXISTS (SELECT * FROM person)", []),
        // NATURAL JOIN.
        ("SELECT 1 FROM person NATURAL JOIN job", ["1 natural title"]),
        ("SELECT 1 FROM person NATURAL JOIN company", []),
        ("SELECT 1 FROM person NATURAL JOIN other.job", []),
        // Names that become ambiguous.
        ("SELECT title FROM person p JOIN job j ON j.id = p.job", ["1 ambiguous title = j.title"]),
        ("SELECT j.title FROM person p JOIN job j ON j.id = p.job", []),
        ("SELECT title FROM job", []),
        ("SELECT name\nFROM person p, job\nWHERE title = 'x'", ["3 ambiguous title = job.title"]),
        ("UPDATE person SET name = title FROM job WHERE job.id = person.id", ["1 ambiguous title = job.title"]),
        ("SELECT name AS title FROM person ORDER BY title", []),
        ("SELECT name AS title FROM person GROUP BY title", ["1 captured title"]),
        ("SELECT *, name AS title FROM person ORDER BY title", ["1 ambiguous title"]),
        ("SELECT s.title FROM (SELECT p.*, j.title FROM person p, job j) s", ["1 ambiguous title"]),
        ("SELECT 1 FROM (person p JOIN job j ON true) JOIN job k USING (title)", ["1 ambiguous title"]),
        ("DELETE FROM person USING job WHERE title = 'x'", ["1 ambiguous title = job.title"]),
        // Names that a nearer query captures.
        (
            "SELECT 1 FROM job j WHERE EXISTS (SELECT 1 FROM person p WHERE p.job = j.id AND p.name = title)",
            ["1 captured title = j.title"]
        ),
        ("SELECT 1 FROM job j WHERE EXISTS (SELECT 1 FROM person p WHERE p.name = j.title)", []),
        ("SELECT title FROM person title", ["1 captured title"]),
        // Another word, a comment, a string.
        ("SELECT 'INSERT INTO x SELECT * FROM person'", []),
        ("SELECT /* person */ title FROM job", []),
        ("SELECT title FROM other.person p JOIN job j ON true", []),
    ]

    @Test(arguments: statements)
    func `a statement's impacts are those of the grammar and the catalog`(_ text: String, _ expected: [String]) {
        #expect(Self.effects(ImpactReader(Self.table, path: Self.path).impacts(on: text)) == expected)
    }

    // MARK: - PL/pgSQL

    static let bodies: [(String, [String])] = [
        ("begin insert into history select now(), old.*; return new; end", ["1 into history"]),
        ("begin insert into history values (old.id, old.name); return new; end", []),
        ("begin insert into history values (new.*, now()); return new; end", ["1 into history"]),
        ("begin insert into history select (old).*; return new; end", ["1 into history"]),
        ("\nbegin\n  -- old.*\n  insert into history\n  select old.*;\n  return new;\nend", ["5 into history"]),
        (
            "declare r person%rowtype; begin select * into r from person; r.name := 'x'; insert into h values (r.*); end",
            ["1 into h"]
        ),
        ("declare r other.person; begin insert into h values (r.*); end", []),
        (
            "declare r record; begin for r in select * from person loop insert into h values (r.*); end loop; end",
            ["1 into h"]
        ),
        ("declare r record; begin for r in select id from person loop insert into h values (r.*); end loop; end", []),
        ("declare a int; b text; begin select * into a, b from person; end", ["1 assigned"]),
        ("declare a int; b text; begin select id, name into strict a, b from person; end", []),
        ("declare a int; b text; begin update person set name = 'x' returning * into a, b; end", ["1 assigned"]),
        ("declare a int; b text; begin for a, b in select * from person loop null; end loop; end", ["1 assigned"]),
        ("begin return query select * from person; end", ["1 returned"]),
        ("begin return query select id, name from person; end", []),
        ("begin if exists (select * from person) then return; end if; end", []),
        (
            "declare c cursor for select * from person p, job j where title = 'x'; begin open c; close c; end",
            ["1 ambiguous title = j.title"]
        ),
        ("begin\n  perform 1 from person natural join job;\nend", ["2 natural title"]),
        // Variables.
        (
            "declare title text := 'Dr'; n text; begin select title || name into n from person; end",
            ["1 ambiguous title"]
        ),
        ("declare title text; begin select title into title from job; end", []),
        ("#variable_conflict use_variable\ndeclare title text; begin perform title from person; end", []),
        (
            "#variable_conflict use_column\ndeclare title text; begin perform title from person; end",
            ["2 captured title"]
        ),
        ("begin perform 1 from person where name = p_title; end", []),
        ("begin perform 1 from person where name = label; end", []),
        ("declare title int; begin title := 1; return title; end", []),
        ("begin declare title text; begin null; end; perform title from person; end", []),
        (
            "begin for title in 1..3 loop perform title from person; end loop; perform 1 from person; end",
            ["1 ambiguous title"]
        ),
        ("declare title text; begin title := (select name from person where name = title); end", ["1 ambiguous title"]),
        (
            "declare title text; begin\n\n  if title is null\n  then update person\n set name = title; end if; end",
            ["5 ambiguous title"]
        ),
        (
            "<<b>> declare x int; begin case x when 1 then null; else perform title from person p, job; end case; end b",
            ["1 ambiguous title = job.title"]
        ),
        // Dynamic SQL is only looked through for words.
        ("begin execute 'insert into h select * from person'; end", ["1 unread"]),
        ("begin execute 'select * from ' || 'persons'; end", []),
        ("begin execute format('insert into h select ($1).*') using old; end", ["1 unread"]),
        ("begin execute 'update person set name = $1' using 'x'; end", []),
        ("begin raise notice 'select * from person'; end", []),
        // What no parser of this version reads.
        ("begin oh dear", ["unparsed"]), ("begin perform from where; end", ["unparsed"]),
    ]

    @Test(arguments: bodies)
    func `a trigger's body is followed statement by statement`(_ body: String, _ expected: [String]) {
        let function = ImpactReader.Function(
            language: .plpgsql,
            name: "f",
            body: body,
            variables: [BodyVariable(name: "p_title", type: ["text"])],
            result: .others,
            rows: ["new", "old"]
        )
        #expect(Self.effects(ImpactReader(Self.table, path: Self.path).impacts(on: function)) == expected)
    }

    @Test(arguments: [
        (
            ImpactReader.Function.Language.plpgsql, "begin return query select id from person where name = title; end",
            ["1 ambiguous title = f.title"]
        ),
        (.sql, "select id from person where name = title", ["1 captured title = f.title"]),
        (.sql, "select id from person where name = f.title", []),
        (.sql, "select 1;\nselect * from person", ["2 returned"]),
        (.sql, "insert into person values (1, 'a');\nselect 1", ["1 positional"]),
    ])
    func `a parameter of the new name is found`(
        _ language: ImpactReader.Function.Language,
        _ body: String,
        _ expected: [String]
    ) {
        let function = ImpactReader.Function(
            language: language,
            name: "f",
            body: body,
            variables: [BodyVariable(name: "title", type: ["text"])],
            result: .others,
            rows: []
        )
        #expect(Self.effects(ImpactReader(Self.table, path: Self.path).impacts(on: function)) == expected)
    }

    @Test func `a function that returns rows of the table returns the further column`() {
        let function = ImpactReader.Function(
            language: .plpgsql,
            name: "f",
            body: "begin return query select * from person; end",
            variables: [],
            result: .rows,
            rows: []
        )
        #expect(ImpactReader(Self.table, path: Self.path).impacts(on: function) == [])
    }

    @Test func `a path of the function's own is the only one`() {
        let reader = ImpactReader(Self.table, path: SearchPath(schemas: ["other"], isFixed: true))
        #expect(reader.impacts(on: "INSERT INTO h SELECT * FROM person") == [])
        #expect(Self.effects(reader.impacts(on: "INSERT INTO h SELECT * FROM app.person")) == ["1 into h"])
    }

    @Test func `columns at the end are no harm where none is taken away`() {
        let table = GrownTable(name: Self.table.name, columns: Self.table.columns, losesColumn: false, neighbours: [])
        let reader = ImpactReader(table, path: Self.path)
        func effects(_ body: String, isStrict: Bool = false) -> [String] {
            let function = ImpactReader.Function(
                language: .plpgsql,
                name: "f",
                body: body,
                variables: [],
                result: .none,
                rows: [],
                isStrict: isStrict
            )
            return Self.effects(reader.impacts(on: function))
        }
        #expect(effects("declare a int; b text; begin select * into a, b from person; end") == [])
        #expect(
            effects("declare a int; b text; begin select * into a, b from person; end", isStrict: true) == [
                "1 assigned"
            ]
        )
        #expect(effects("declare a int; b text; begin select *, 1 into a, b from person; end") == ["1 assigned"])
        #expect(effects("begin insert into person values (1, 'x'); end") == [])
    }
}

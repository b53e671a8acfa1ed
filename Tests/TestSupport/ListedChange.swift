/// A change of columns of the table `item`, made to stand beside others in one plan.
///
/// `@` in its texts is the letter of its place in the list, so that one kind can stand there several times.
package struct ListedChange: Sendable {
    /// The key of its section.
    package let kind: String
    /// The columns of `item` it is about, each with the SQL of its value in row `n`.
    let columns: [(definition: String, value: String)]
    /// Its entry in the list.
    let section: String
    /// What a plain migration would do.
    let plain: String
    /// Further statements of the schema.
    var more = ""

    /// Whether contract sets something aside, so that it can be undone.
    var setsAside: Bool { !["make_required", "add_required_column"].contains(kind) }

    package var columnCount: Int { columns.count }

    /// One of each kind that a list can contain.
    package static let all: [ListedChange] = [
        ListedChange(
            kind: "rename_column",
            columns: [("@_name text NOT NULL DEFAULT 'none'", "'@' || n")],
            section: "{rename_column: {table: item, from: @_name, to: @_title}}",
            plain: """
                ALTER TABLE item RENAME @_name TO @_title; ALTER INDEX item_@_name_key RENAME TO item_@_title_key
                """,
            more: "ALTER TABLE item ADD UNIQUE (@_name); CREATE INDEX item_@_name ON item (lower(@_name))"
        ),
        ListedChange(
            kind: "change_type",
            columns: [("@_count int NOT NULL CHECK (@_count > 0)", "n")],
            section: "{change_type: {table: item, column: @_count, type: bigint}}",
            plain: "ALTER TABLE item ALTER @_count TYPE bigint",
            more: "CREATE UNIQUE INDEX item_@_count ON item (@_count)"
        ),
        ListedChange(
            kind: "make_required",
            columns: [("@_mail text", "CASE WHEN n % 3 > 0 THEN 'mail' || n END")],
            section: #"{make_required: {table: item, column: @_mail, fill: "'none'"}}"#,
            plain: "UPDATE item SET @_mail = 'none' WHERE @_mail IS NULL; ALTER TABLE item ALTER @_mail SET NOT NULL"
        ),
        ListedChange(
            kind: "add_required_column",
            columns: [],
            section: #"{add_required_column: {table: item, column: @_code, type: text, fill: "'@' || id"}}"#,
            plain:
                "ALTER TABLE item ADD @_code text; UPDATE item SET @_code = id; ALTER TABLE item ALTER @_code SET NOT NULL"
        ),
        ListedChange(
            kind: "merge_columns",
            columns: [("@_first text NOT NULL", "'First' || n"), ("@_last text NOT NULL", "'Last' || n")],
            section: #"""
                {merge_columns: {table: item, from: [@_first, @_last], to: {name: @_both, type: text}, merge: "@_first || ' ' || @_last", \#
                split: {@_first: "split_part(@_both, ' ', 1)", @_last: "split_part(@_both, ' ', 2)"}}}
                """#,
            plain: """
                ALTER TABLE item ADD @_both text; UPDATE item SET @_both = 'x'; ALTER TABLE item ALTER @_both SET NOT NULL, \
                DROP @_first, DROP @_last
                """
        ),
        ListedChange(
            kind: "split_column",
            columns: [("@_whole text NOT NULL", "'Left' || n || ' Right' || n")],
            section: #"""
                {split_column: {table: item, from: @_whole, to: [{name: @_left, type: text}, {name: @_right, type: text}], \#
                split: {@_left: "split_part(@_whole, ' ', 1)", @_right: "split_part(@_whole, ' ', 2)"}, merge: "@_left || ' ' || @_right"}}
                """#,
            plain: """
                ALTER TABLE item ADD @_left text, ADD @_right text; UPDATE item SET @_left = 'x', @_right = 'x';
                ALTER TABLE item ALTER @_left SET NOT NULL, ALTER @_right SET NOT NULL, DROP @_whole
                """
        ),
        ListedChange(
            kind: "drop_column",
            columns: [("@_legacy text NOT NULL DEFAULT 'old' CHECK (@_legacy <> '')", "'x' || n")],
            section: "{drop_column: {table: item, column: @_legacy}}",
            plain: "ALTER TABLE item DROP @_legacy",
            more: "CREATE INDEX item_@_legacy ON item (@_legacy)"
        ),
    ]
}

extension KindCase {
    /// A plan of these changes, in this order.
    package init(list changes: [ListedChange]) {
        let lettered = zip("abcdefghijklmnopqrstuvwxyz", changes).map { letter, change in
            (change: change, write: { (text: String) in text.replacing("@", with: String(letter)) })
        }
        let columns = lettered.flatMap { one in
            one.change.columns.map { (definition: one.write($0.definition), value: one.write($0.value)) }
        }
        self.init(
            kind: "changes",
            schema: """
                CREATE TABLE item (\((["id int PRIMARY KEY"] + columns.map(\.definition)).joined(separator: ", ")));
                INSERT INTO item SELECT \((["n"] + columns.map(\.value)).joined(separator: ", ")) FROM generate_series(1, 30) n;
                \(lettered.map { $0.write($0.change.more) }.filter { !$0.isEmpty }.map { "\($0);" }.joined(separator: "\n"))
                """,
            section: "[\n" + lettered.map { "    \($0.write($0.change.section)),\n" }.joined() + "  ]",
            extra: "acknowledge: [unconvertible]",
            furthest: changes.contains(where: \.setsAside) ? "contract" : "enforce",
            plain: lettered.map { $0.write($0.change.plain) }.joined(separator: ";\n"),
            about: "of \(changes.map(\.kind).joined(separator: ", "))"
        )
    }
}

'use strict';

const headers = JSON.stringify({ Authorization: 'Bearer {{token}}' }, null, 2);

const query = `# The run button reads the first projects of the feed.
#
# To go on from there, put the answer's cursor into the
# variables below. At the end hasMore is false: keep that
# cursor, and ask with it later for what has changed since.

query Projects($cursor: String) {
  projectSync(cursor: $cursor, limit: 3) {
    changes {
      sequenceVersion
      operationType
      entityId
      data {
        ... on Project {
          code
          name
          city
        }
      }
    }
    cursor
    hasMore
  }
}
`;

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql', headers: JSON.parse(headers) }),
    defaultQuery: query,
    headers: headers,
    variables: '{"cursor": null}',
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
  }),
);

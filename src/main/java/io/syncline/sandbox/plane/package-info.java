/** The imitated Plane: projects and work items behind the published REST API with its pages and its rate limit. */
package io.syncline.sandbox.plane;

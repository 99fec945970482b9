"use strict";

// validatorUrl null: the document is shown here and sent nowhere.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#interface",
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
});

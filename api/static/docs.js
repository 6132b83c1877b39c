"use strict";

const viewer = document.getElementById("viewer");

SwaggerUIBundle({ url: viewer.dataset.description, domNode: viewer, deepLinking: true, validatorUrl: null });

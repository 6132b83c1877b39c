"use strict";

/** @type {(options: object) => void} The viewer, which its own script defines before this one runs. */
const show = Reflect.get(window, "SwaggerUIBundle");
const viewer = document.getElementById("viewer");

if (viewer) show({ url: viewer.dataset.description, domNode: viewer, deepLinking: true, validatorUrl: null });

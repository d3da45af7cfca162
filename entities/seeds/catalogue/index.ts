import { buildingServices } from "./building.ts";
import { civilStatusServices } from "./civil-status.ts";
import { categories, topics } from "./labels.ts";
import { localPoliceServices } from "./local-police.ts";
import { offices } from "./offices.ts";
import { publicRelationsServices } from "./public-relations.ts";
import { registryServices } from "./registry.ts";
import { residenceServices } from "./residence.ts";
import { taxServices } from "./taxes.ts";
import { CatalogueSchema, type Catalogue } from "./types.ts";

export * from "./types.ts";
export { demoSettings } from "./settings.ts";

/** The catalogue of the demonstration administration, checked: throws a `ZodError` that names the sheet at fault. */
export const readCatalogue = (): Catalogue => CatalogueSchema.parse({
  categories, topics, offices,
  services: [
    ...registryServices, ...residenceServices, ...civilStatusServices, ...localPoliceServices,
    ...buildingServices, ...taxServices, ...publicRelationsServices,
  ],
});

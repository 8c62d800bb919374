import base64
import csv
import io
import json
from pathlib import Path

from ..common import AlumniCommon

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "samples"

HEADER = (
    "COD_ETU;NOM_PATRONYMIQUE;NOM_USUEL;PRENOM;CIVILITE;DATE_NAISSANCE;EMAIL_PERSO;TEL;"
    "ADRESSE;CP;VILLE;PAYS;COD_COMPOSANTE;LIB_COMPOSANTE;COD_DIPLOME;LIB_DIPLOME;"
    "NIVEAU;ANNEE_DEBUT;DATE_OBTENTION;STATUT;CONSENTEMENT_EMAIL;DATE_CONSENTEMENT;"
    "DECEDE;LINKEDIN"
).split(";")

USUAL = {
    "COD_ETU": "000012345",
    "NOM_PATRONYMIQUE": "LEFÈVRE",
    "NOM_USUEL": "DUPONT-MARTIN",
    "PRENOM": "Éloïse",
    "CIVILITE": "Mme",
    "DATE_NAISSANCE": "02/03/1983",
    "EMAIL_PERSO": "Eloise.Dupont@mail.example.org",
    "TEL": "06 33 80 83 81",
    "ADRESSE": "47, chemin Victor Girard",
    "CP": "49268",
    "VILLE": "Angers",
    "PAYS": "France",
    "COD_COMPOSANTE": "TSCI",
    "LIB_COMPOSANTE": "Faculté des Sciences",
    "COD_DIPLOME": "TMBIO",
    "LIB_DIPLOME": "Master Biologie",
    "NIVEAU": "M",
    "ANNEE_DEBUT": "2003",
    "DATE_OBTENTION": "15/07/2005",
    "STATUT": "DIPLOME",
    "CONSENTEMENT_EMAIL": "O",
    "DATE_CONSENTEMENT": "01/07/2024",
    "DECEDE": "N",
    "LINKEDIN": "https://www.linkedin.com/in/eloise-dupont",
}


def registrar_file(*lines, header=HEADER):
    """A registrar's file with one line per dict of what differs from the usual."""
    output = io.StringIO(newline="")
    writer = csv.DictWriter(output, header, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    for line in lines:
        writer.writerow(USUAL | line)
    return output.getvalue().encode("cp1252")


class IntakeCommon(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.env["alumni.import"]

    @classmethod
    def sample(cls, name):
        """A sample file of the fictional university, from the repository."""
        path = SAMPLES / name
        if not path.exists():
            raise FileNotFoundError(
                f"{path}: these tests run from a checkout of the repository"
            )
        return path.read_bytes()

    @classmethod
    def expected(cls):
        return json.loads(cls.sample("expected.json"))

    def document(self, content, name="file.csv", kind="people", **values):
        return self.Import.create(
            {
                "kind": kind,
                "file": base64.b64encode(content),
                "file_name": name,
                **values,
            }
        )

    def run_file(self, content, name="file.csv", kind="people"):
        document = self.document(content, name, kind)
        document._run()
        return document

    def run_lines(self, *lines):
        return self.run_file(registrar_file(*lines))

    def by_number(self, number):
        return (
            self.env["alumni.student.number"].search([("name", "=", number)]).partner_id
        )
